import Crypto
import Wire

/// A JSON Web Token in its compact form (RFC 7515 §7.1).
enum WebToken {
    static func text(header: JSONValue, claims: JSONValue, signature: (Bytes) -> Bytes) -> String {
        let parts = [header, claims].map { String(decoding: Base64.url.encode($0.encoded().joined()), as: UTF8.self) }
        let signed = parts.joined(separator: ".")
        return signed + "." + Base64.url.text(signature(Bytes(signed.utf8)))
    }
}

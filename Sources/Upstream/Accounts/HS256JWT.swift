import Crypto
import Wire

/// Short-lived JWTs that the router signs with HMAC-SHA256 (RFC 7518 §3.2).
enum HS256JWT {
    /// The lifetime of a token from `issued`.
    static let ttl: Duration = .seconds(1800)

    /// A token from an access key and a secret key, valid for half an hour, and from five seconds ago to allow for clock skew.
    static func issued(by accessKey: String, secretKey: Secret, now: Timestamp) -> String {
        WebToken.text(
            header: ["alg": "HS256", "typ": "JWT"],
            claims: ["iss": .string(accessKey), "exp": .int((now + ttl).unix), "nbf": .int(now.unix - 5)]
        ) { HMAC.sha256($0, key: secretKey).bytes }
    }

    /// A token from an API key of the form `id.secret`, with times in milliseconds, valid for three and a half minutes. Nil for other keys.
    static func split(apiKey: Secret, now: Timestamp) -> String? {
        let halves = apiKey.withBytes { $0.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Bytes.init) }
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty }) else { return nil }
        let milliseconds = now.unixMilliseconds
        let secret = Secret(halves[1])
        return WebToken.text(
            header: ["alg": "HS256", "sign_type": "SIGN", "typ": "JWT"],
            claims: [
                "api_key": .string(String(decoding: halves[0], as: UTF8.self)), "exp": .int(milliseconds + 210_000),
                "timestamp": .int(milliseconds),
            ]
        ) { HMAC.sha256($0, key: secret).bytes }
    }
}

/// A JSON Web Token in its compact form (RFC 7515 §7.1).
enum WebToken {
    static func text(header: JSONValue, claims: JSONValue, signature: (Bytes) -> Bytes) -> String {
        let parts = [header, claims].map { String(decoding: Base64.url.encode($0.encoded().joined()), as: UTF8.self) }
        let signed = parts.joined(separator: ".")
        return signed + "." + Base64.url.text(signature(Bytes(signed.utf8)))
    }
}

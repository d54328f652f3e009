import Crypto
import Wire

/// A request as its signers see it: parameters and header fields in one order, in one spelling, the body as its digest.
package struct CanonicalRequest {
    package let text: String
    /// `content-type;host;x-date`.
    let signedNames: String

    /// - Parameters:
    ///   - path: in the encoding that the scheme signs.
    ///   - fields: names in lower case, in any order.
    package init(method: Method, path: String, query: String?, fields: [(name: String, value: String)], bodyDigest: Digest) {
        let fields = fields.sorted { $0.name < $1.name }
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        signedNames = fields.map(\.name).joined(separator: ";")
        text = [method.text, path, CanonicalRequest.sorted(query ?? ""), lines, signedNames, bodyDigest.hex].joined(separator: "\n")
    }

    /// Parameters by name, then by value, everything but unreserved characters encoded.
    private static func sorted(_ query: String) -> String {
        Query(parsing: Bytes(query.utf8)[...]).items
            .map { (Percent.encoded($0.name), Percent.encoded($0.value)) }
            .sorted { $0 < $1 }
            .map { $0.0 + "=" + $0.1 }
            .joined(separator: "&")
    }
}

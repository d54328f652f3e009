import Crypto
import Wire

/// The canonical form of a request that is signed: sorted parameters and header fields, and the digest of the body.
package struct CanonicalRequest {
    package let text: String
    /// `content-type;host;x-date`.
    let signedNames: String

    /// - Parameters:
    ///   - path: in the encoding that the scheme signs.
    ///   - fields: lower-case names, in any order.
    package init(method: Method, path: String, query: String?, fields: [(name: String, value: String)], bodyDigest: Digest) {
        let fields = fields.sorted { $0.name < $1.name }
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        signedNames = fields.map(\.name).joined(separator: ";")
        text = [method.text, path, CanonicalRequest.sorted(query ?? ""), lines, signedNames, bodyDigest.hex].joined(separator: "\n")
    }

    /// Parameters sorted by name, then by value, with all but unreserved characters encoded.
    private static func sorted(_ query: String) -> String {
        Query(parsing: Bytes(query.utf8)[...]).items
            .map { (Percent.encoded($0.name), Percent.encoded($0.value)) }
            .sorted { $0 < $1 }
            .map { $0.0 + "=" + $0.1 }
            .joined(separator: "&")
    }
}

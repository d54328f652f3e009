import Crypto
import Wire

/// A request as its signers see it: parameters and header fields in one order, in one spelling, the body as its digest.
struct CanonicalRequest {
    let text: String
    /// `content-type;host;x-date`.
    let signedNames: String

    /// - Parameters:
    ///   - path: in the encoding that the scheme signs.
    ///   - fields: names in lower case, in any order.
    init(method: Method, path: String, query: String, fields: [(name: String, value: String)], bodyDigest: Digest) {
        let fields = fields.sorted { $0.name < $1.name }
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        signedNames = fields.map(\.name).joined(separator: ";")
        text = [method.text, path, CanonicalRequest.sorted(query), lines, signedNames, bodyDigest.hex].joined(separator: "\n")
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

/// The parts of an absolute URL that are signed, as they are sent.
struct SignedTarget {
    /// What the `Host` field says.
    let host: String
    /// Percent-encoded, beginning with a slash.
    let path: String
    /// Without the question mark.
    let query: String

    init(url: String, headers: Headers) {
        let rest = url.utf8.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)[0]
        let halves = rest.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let place = String(decoding: halves[0], as: UTF8.self)
        query = halves.count > 1 ? String(decoding: halves[1], as: UTF8.self) : ""
        let parts = place.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        host = headers[.host] ?? (parts.count > 2 ? String(parts[2]) : "")
        path = "/" + (parts.count > 3 ? String(parts[3]) : "")
    }
}

extension SHA256 {
    /// The digest of a body that comes in pieces.
    static func digest(of body: Pieces) -> Digest {
        var hash = SHA256()
        for slice in body.slices { hash.update(slice) }
        return hash.finish()
    }
}

extension Timestamp {
    /// `20261120T120000Z` (ISO 8601, basic form).
    var basic: String { iso8601.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z" }
    /// `20261120`.
    var basicDay: String { String(basic.prefix(8)) }
    /// `2026-11-20`.
    var day: String { String(iso8601.prefix(10)) }
}

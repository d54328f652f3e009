import Wire

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

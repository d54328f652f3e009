extension Configuration {
    /// Scheme, host, port and path to which paths are appended. Without user, query and fragment.
    package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
        package var isSecure: Bool
        package var authority: Authority
        /// Empty, or with a leading and without a trailing slash: `/v1`.
        package var path: String

        static let expected = "an address like https://example.com or http://10.0.0.7:8000/v1"

        package init?(_ text: String) {
            isSecure = text.hasPrefix("https://")
            guard isSecure || text.hasPrefix("http://") else { return nil }
            let rest = text.dropFirst(isSecure ? "https://".count : "http://".count)
            let location = rest.prefix { $0 != "/" }
            guard let authority = Authority(location) else { return nil }
            self.authority = authority
            var path = rest.dropFirst(location.count)
            while path.hasSuffix("/") { path = path.dropLast() }
            guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\^`{|}".utf8.contains($0) }) else { return nil }
            self.path = String(path)
        }

        package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }
    }
}

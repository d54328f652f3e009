extension Configuration {
    /// Reads `cors`: exact origins, or `*`, which needs keys.
    mutating func readOrigins(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        for element in decoder.elements(node) {
            guard let origin = decoder.value(element, expected: Configuration.originExpected, Configuration.origin) else { continue }
            if origin == "*", keys.isEmpty {
                decoder.addError(
                    element.location, "'*' in cors needs keys: without them every web page could use this server. List the exact origins")
            }
            cors.append(origin)
        }
    }

    static let originExpected = "an origin like https://app.example.com or http://localhost:3000 (scheme, host, port; no path), or *"

    /// An origin as browsers serialize it (RFC 6454 §6.2): in lower case, without the default port.
    private static func origin(_ text: String) -> String? {
        if text == "*" { return text }
        guard let separator = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        guard scheme.utf8.first.map({ (0x61...0x7A).contains($0) }) == true, scheme.utf8.allSatisfy(isSchemeByte),
            var authority = Authority(rest.hasSuffix("/") ? rest.dropLast() : rest)
        else { return nil }
        if (scheme == "https" && authority.port == 443) || (scheme == "http" && authority.port == 80) { authority.port = nil }
        return "\(scheme)://\(authority)"
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "+-.".utf8.contains(byte)
    }
}

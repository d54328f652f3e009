import Crypto
import Wire

extension Configuration.Dialects {
    init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        guard let members = decoder.members(node, "{ default: openai, mounts: { name: /prefix } }", keys: ["default", "mounts"]) else {
            return nil
        }
        self.init()
        let names = decoder.vocabulary.dialects
        if let node = members["default"], let name = decoder.text(node, expected: "a dialect's name") {
            if names.contains(name) {
                defaultDialect = name
            } else {
                decoder.addError(node.location, "unknown dialect \(node.summary)" + Suggestion.clause(for: name, among: names))
            }
        }
        guard let node = members["mounts"], let entries = decoder.entries(node, "a map of mounts, { name: /prefix }") else { return }
        for entry in entries where !decoder.isBlank(entry.value) {
            guard names.contains(entry.key) else {
                decoder.addError(entry.location, "unknown dialect \"\(entry.key)\"" + Suggestion.clause(for: entry.key, among: names))
                continue
            }
            if let mount = decoder.value(entry.value, expected: "a path like /prefix, or off", Self.mount) { mounts[entry.key] = mount }
        }
    }

    /// A path of plain segments; `.some(nil)` for none.
    private static func mount(_ text: String) -> String?? {
        if text == "off" { return .some(nil) }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPath =
            segments.count > 1 && segments[0].isEmpty && segments.dropFirst().allSatisfy { Authority($0) != nil && !$0.contains(":") }
        return isPath ? .some(text) : nil
    }
}

extension Configuration.Journal {
    init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        guard let text = decoder.text(node, expected: "sqlite, off or postgres://…") else { return nil }
        switch text {
        case "sqlite": self = .sqlite
        case "off": self = .off
        case _ where text.hasPrefix("postgres://") || text.hasPrefix("postgresql://"): self = .postgres(Secret(text))
        default:
            decoder.addError(node, expected: "sqlite, off or postgres://…")
            return nil
        }
    }
}

extension Configuration.Log {
    /// Reads the log settings: `{ level: debug, format: json }`, or in short `debug`, `json`, `debug,json`.
    mutating func read(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        guard case .map = node.content else {
            let words = decoder.text(node, expected: "a level like info, or { level: info, format: json }")
            for word in words?.split(separator: ",").map(\.trimmed) ?? [] {
                if let level = Level(rawValue: word) {
                    self.level = level
                } else if let format = Format(rawValue: word) {
                    self.format = format
                } else {
                    let all = Level.allCases.map(\.rawValue) + Format.allCases.map(\.rawValue)
                    // `warn`, `err` and `crit` are levels in other programs.
                    let longer = all.first { word.count >= 3 && $0.hasPrefix(word) }
                    let advice = longer.map { ", did you mean \"\($0)\"?" } ?? Suggestion.clause(for: word, among: all)
                    decoder.addError(node.location, "unknown log level or format \"\(word)\"" + advice)
                }
            }
            return
        }
        guard let members = decoder.members(node, "{ level: info, format: json }", keys: ["level", "format"]) else { return }
        if let node = members["level"] { level = decoder.choice(node, Level.self) ?? level }
        if let node = members["format"] { format = decoder.choice(node, Format.self) ?? format }
    }
}

extension Configuration.TLS {
    static let example = "{ certificate: cert.pem, key: key.pem }"
    static let path = "the path of a PEM file"

    /// One identity or a list of them; nil without any.
    init?(_ members: [String: YAMLNode], _ decoder: ConfigurationDecoder) {
        let authorities = members["client_ca"]
        guard let node = members["tls"] else {
            if let authorities { decoder.addError(authorities.location, "client_ca has no meaning without tls") }
            return nil
        }
        let elements = decoder.elements(node)
        let identities = elements.compactMap { Identity($0, decoder) }
        guard !elements.isEmpty, identities.count == elements.count else {
            if elements.isEmpty { decoder.addError(node, expected: Self.example) }
            return nil
        }
        self.identities = identities
        // Never ignored for an empty variable: that would admit clients without a certificate.
        clientCA = authorities.flatMap { node in
            decoder.value(node, expected: Self.path) { $0.isEmpty ? nil : decoder.resolvedPath($0, for: node) }
        }
    }
}

extension Configuration.TLS.Identity {
    fileprivate init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        guard let members = decoder.members(node, Configuration.TLS.example, keys: ["certificate", "key"]) else { return nil }
        for required in ["certificate", "key"] where members[required] == nil { decoder.addError(node.location, "tls has no \(required)") }
        let certificate = members["certificate"].flatMap { decoder.path($0, expected: Configuration.TLS.path) }
        let key = members["key"].flatMap { decoder.path($0, expected: Configuration.TLS.path) }
        guard let certificate, let key else { return nil }
        self.init(certificate: certificate, key: key)
    }
}

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

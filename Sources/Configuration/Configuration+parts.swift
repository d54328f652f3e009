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

import Wire

/// The addresses and the state folder of a configuration, even if the rest of it has errors. For health checks of a server that may run
/// with an earlier version of the file.
package struct PartialConfiguration: Sendable {
    package var listen: [Configuration.Listen]
    package var isTLS: Bool
    /// Possible state folders, the likeliest first.
    package var stateFolders: [String]

    /// Never fails and never blocks: what cannot be read is ignored.
    package init(named: String?, overrides: Configuration.Overrides, environment: Environment) {
        let path = named ?? environment["GENLOCK_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let paths = path.map { [$0] } ?? Configuration.defaultPaths
        let found = paths.lazy.compactMap { path in ConfigurationFile.readRegularFile(at: path).map { (path: path, text: $0) } }.first
        let members = PartialConfiguration.members(found?.text ?? [], found?.path ?? "", environment: environment)
        let defaults = Configuration()
        let addresses = overrides.listen?.nodes.compactMap(PartialConfiguration.text) ?? members["listen"] ?? []
        listen = addresses.compactMap(Configuration.Listen.init)
        if listen.isEmpty { listen = defaults.listen }
        isTLS = members["tls"] != nil
        let state = overrides.state?.text ?? members["state"]?.first ?? defaults.state
        stateFolders = [state]
        // A relative path in a file starts at the file's folder, unless it comes from a variable.
        let isWritten = overrides.state == nil && members["state"] != nil && !state.hasPrefix("/")
        if isWritten, let path = found?.path, let slash = path.lastIndex(of: "/") { stateFolders.insert(path[...slash] + state, at: 0) }
    }

    private static func members(_ text: Bytes, _ file: String, environment: Environment) -> [String: [String]] {
        guard let root = try? YAMLReader.read(text, file: file), case .map(let entries) = root.content else { return lines(text) }
        let expansion = Expansion(environment: environment) { _ throws(ConfigurationFile.ReadError) in
            throw ConfigurationFile.ReadError(reason: "files are not read here")
        }
        var members: [String: [String]] = [:]
        for entry in entries where ["listen", "state", "tls"].contains(entry.key) && !entry.value.isEmpty {
            let elements = if case .list(let elements) = entry.value.content { elements } else { [entry.value] }
            let values = elements.compactMap(PartialConfiguration.text).compactMap { try? expansion($0) }.filter { !$0.isEmpty }
            if entry.key == "tls" || !values.isEmpty { members[entry.key] = values }
        }
        return members
    }

    private static func text(_ node: YAMLNode) -> String? {
        if case .scalar(let text, _) = node.content, !node.isEmpty { text } else { nil }
    }

    /// For text that is not YAML: the values after `listen:`, `state:` and `tls:` at the beginning of a line.
    private static func lines(_ text: Bytes) -> [String: [String]] {
        var members: [String: [String]] = [:]
        for line in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline) {
            for key in ["listen", "state", "tls"] where line.hasPrefix(key + ":") {
                let value = line.dropFirst(key.count + 1).trimmed
                let plain = value.hasPrefix("\"") ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != " " && $0 != "#" }
                if !plain.isEmpty { members[key] = [String(plain)] }
            }
        }
        return members
    }
}

import Jobs
import Wire

/// Reads typed values from a YAML tree and collects all errors, so that one run reports them all.
final class ConfigurationDecoder {
    typealias ConfigurationError = Configuration.ConfigurationError

    private(set) var vocabulary: Configuration.Vocabulary
    private let expansion: Expansion
    /// Returns the text of a file; the path is relative to the working directory.
    let readFile: (String) throws(ConfigurationFile.ReadError) -> String
    /// The folder of the configuration file, to which its paths are relative.
    private let folder: String
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationError] = []
    private(set) var omittedAccounts: [String] = []
    /// Expanded texts: a file may be a pipe that can be read only once.
    private var expansions: [String: Result<String, Expansion.ExpansionError>] = [:]

    init(
        known: Configuration.Vocabulary, file: String, environment: Environment,
        readFile: @escaping (String) throws(ConfigurationFile.ReadError) -> String
    ) {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        (self.vocabulary, self.folder, self.readFile) = (known, folder, readFile)
        expansion = Expansion(environment: environment) { path throws(ConfigurationFile.ReadError) in
            try readFile(ConfigurationDecoder.path(path, in: folder))
        }
    }

    /// Adds a vendor that a file declares.
    func addVendor(_ card: VendorCard) { vocabulary.cards.append(card) }

    func addError(_ location: SettingLocation, _ message: String) { errors.append(ConfigurationError(location, message)) }
    func omitAccount(account name: String) { omittedAccounts.append(name) }
    func addWarning(_ location: SettingLocation, _ message: String) { warnings.append(ConfigurationError(location, message)) }

    /// Adds an error about an invalid value. Shows the text as written, never the value of a variable in it.
    func addError(_ node: YAMLNode, expected: String) { addError(node.location, "expected \(expected), found \(node.summary)") }

    // MARK: Maps and lists

    /// The members of a map, without empty ones (as written, or because of empty variables). Adds errors for keys that are not in `keys`.
    /// - Parameters:
    ///   - kept: members that are returned even if a variable makes them empty.
    ///   - renamed: keys of an earlier version, each with its new name.
    func members(
        _ node: YAMLNode, _ expected: String, keys: [String], kept: [String] = [], renamed: [String: String] = [:]
    ) -> [String: YAMLNode]? {
        guard let entries = entries(node, expected) else { return nil }
        for entry in entries where !keys.contains(entry.key) {
            let advice = renamed[entry.key].map { ", it was renamed to \"\($0)\"" } ?? Suggestion.clause(for: entry.key, among: keys)
            addError(entry.location, "unknown key \"\(entry.key)\"" + advice)
        }
        let written = entries.filter { keys.contains($0.key) && !$0.value.isEmpty && (kept.contains($0.key) || !isBlank($0.value)) }
        return Dictionary(written.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// The entries of a map whose keys are chosen by the user.
    func entries(_ node: YAMLNode, _ expected: String) -> [YAMLNode.Entry]? {
        if node.isEmpty { return [] }
        guard case .map(let entries) = node.content else {
            addError(node, expected: expected)
            return nil
        }
        return entries
    }

    /// The elements of a list; a single value is a list of one.
    func elements(_ node: YAMLNode) -> [YAMLNode] {
        if case .list(let elements) = node.content { return elements.filter { !isBlank($0) } }
        return node.isEmpty ? [] : [node]
    }

    /// Whether a value consists of empty variables: `"${HTTPS_PROXY:-}"` without that variable.
    func isBlank(_ node: YAMLNode) -> Bool {
        switch node.content {
        case .scalar(let text, _):
            guard node.isExpandable, text.contains("${") else { return false }
            return (try? expand(text).get())?.trimmed.isEmpty ?? false
        case .list(let elements): return !elements.isEmpty && elements.allSatisfy(isBlank)
        case .map: return false
        }
    }

    private func expand(_ text: String) -> Result<String, Expansion.ExpansionError> {
        if let known = expansions[text] { return known }
        let result: Result<String, Expansion.ExpansionError>
        do throws(Expansion.ExpansionError) { result = .success(try expansion(text)) } catch { result = .failure(error) }
        expansions[text] = result
        return result
    }

    // MARK: Scalars

    /// The text of a scalar with expanded variables; it may be empty if a variable is.
    func text(_ node: YAMLNode, expected: String) -> String? {
        guard case .scalar(let text, _) = node.content, !node.isEmpty else {
            addError(node, expected: expected)
            return nil
        }
        guard node.isExpandable else { return text }
        switch expand(text) {
        case .success(let text): return text
        case .failure(let failure):
            addError(node.location, failure.message)
            return nil
        }
    }

    /// The path in a scalar. Relative paths start at the folder of the configuration file; those that begin with an environment variable,
    /// or come from a flag, at the working directory.
    func path(_ node: YAMLNode, expected: String) -> String? { text(node, expected: expected).map { resolvedPath($0, for: node) } }

    /// The resolved path of a text from that node.
    func resolvedPath(_ path: String, for node: YAMLNode) -> String {
        guard node.isExpandable, case .scalar(let written, _) = node.content else { return path }
        let start = written.hasPrefix("unix:") ? written.dropFirst("unix:".count) : written[...]
        let isFromEnvironment = start.hasPrefix("${") && !start.hasPrefix("${file:")
        return isFromEnvironment ? path : ConfigurationDecoder.path(path, in: folder)
    }

    private static func path(_ path: String, in folder: String) -> String {
        guard !folder.isEmpty, !path.isEmpty, !path.hasPrefix("/") else { return path }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
        return rest == "." ? folder : folder + rest
    }

    /// The value that `make` returns for the text; adds an error if it is nil.
    func value<Value>(_ node: YAMLNode, expected: String, _ make: (String) -> Value?) -> Value? {
        guard let text = text(node, expected: expected) else { return nil }
        if let value = make(text) { return value }
        addError(node, expected: expected)
        return nil
    }

    func integer(_ node: YAMLNode, in range: ClosedRange<Int>) -> Int? {
        value(node, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func boolean(_ node: YAMLNode) -> Bool? {
        value(node, expected: "true or false") { ["true": true, "false": false][$0] }
    }

    func switchPosition(_ node: YAMLNode) -> Bool? {
        value(node, expected: "on or off") { ["on": true, "off": false, "true": true, "false": false][$0] }
    }

    /// One of the raw values of a type.
    func choice<Category: RawRepresentable & CaseIterable>(_ node: YAMLNode, _: Category.Type) -> Category?
    where Category.RawValue == String {
        let words = Category.allCases.map(\.rawValue)
        return value(node, expected: "one of " + words.joined(separator: ", ")) { Category(rawValue: $0) }
    }

    /// Whether the text is a valid name; adds an error if not.
    func isName(_ text: String, at location: SettingLocation) -> Bool {
        let isGood = Configuration.isName(text)
        if !isGood { addError(location, "expected a name of letters, digits, \".\", \"_\" and \"-\", found \"\(text.prefix(80))\"") }
        return isGood
    }
}

extension Configuration {
    /// Whether a text is valid as the name of a key or an account, which appears in model names, URLs and logs.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "._-".utf8.contains(byte)
                }
            }
    }
}

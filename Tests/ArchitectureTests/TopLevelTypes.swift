/// The types that modules declare outside of other types.
enum TopLevelTypes {
    private static let keywords: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]

    /// A company may have a dialect and a vendor of its own name.
    private static let exempt: Set<String> = ["Dialects", "Vendors"]

    /// The names that stand in more than one module of Sources, each with its modules.
    static func shared(in files: [SourceFile]) -> [(name: String, modules: [String])] {
        var modules: [String: Set<String>] = [:]
        for file in files where file.isSwift && file.root == "Sources" {
            for name in names(in: file.code) { modules[name, default: []].insert(file.target) }
        }
        return modules.filter { $0.value.count > 1 && $0.value != exempt }.map { ($0.key, $0.value.sorted()) }.sorted { $0.name < $1.name }
    }

    /// The types that Swift source declares at its top level; comments and strings are blanked.
    static func names(in code: String) -> [String] {
        var (depth, names): (Int, [String]) = (0, [])
        for line in code.split(separator: "\n") {
            if depth == 0, let name = declaredName(line) { names.append(name) }
            depth += line.utf8.count { $0 == UInt8(ascii: "{") } - line.utf8.count { $0 == UInt8(ascii: "}") }
        }
        return names
    }

    private static func declaredName(_ line: Substring) -> String? {
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
        guard let place = words.firstIndex(where: keywords.contains), place + 1 < words.count else { return nil }
        return words[..<place].contains("extension") ? nil : String(words[place + 1])
    }
}

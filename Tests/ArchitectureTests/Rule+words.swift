extension Rule {
    /// Words that do not say what a type is, forbidden as the last word of a name; `BaseURL` is an established term.
    private static let vagueWords = ["Util", "Utils", "Utilities", "Helper", "Helpers", "Common", "Manager", "Service", "Base", "Impl"]

    private static let declarations: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias", "extension"]

    static let words = [
        Rule(name: "files and types are named for what they are", plantedBreach: ("Sources/Net/SocketHelper.swift", "", "SocketHelper")) {
            files in
            files.filter { $0.root == "Sources" || $0.isSwift }.flatMap { file in
                let names = Set(types(in: file) + [file.stem])
                return names.filter { name in vagueWords.contains { name == $0 || endsInWord(name, $0) } }.sorted().map {
                    "\(file.path): \($0)"
                }
            }
        },
        Rule(name: "nothing is public", plantedBreach: ("Sources/Net/X.swift", "package struct X {\n    public var y = 1\n}", "X.swift:2:"))
        {
            files in
            swiftSources(files).flatMap { file in file.lines(of: file.code, with: ["public"]).map { "\(file.path):\($0.line): public" } }
        },
        Rule(name: "no work is left for later", plantedBreach: ("Sources/Net/X.swift", "\n// \("TO" + "DO"): all of it", "X.swift:2:")) {
            files in
            files.filter { $0.isSwift && $0.target != "ArchitectureTests" }.flatMap { file in
                file.lines(of: file.text, with: ["TODO", "FIXME", "XXX", "HACK"]).map { "\(file.path):\($0.line): \($0.word)" }
            }
        },
        Rule(name: "no input can end the process", plantedBreach: ("Sources/Net/X.swift", "func x() { fatalError() }", "X.swift:1:")) {
            files in
            swiftSources(files).flatMap { file in
                file.lines(of: file.code, with: ["fatalError", "try!", "as!", "assertionFailure"])
                    .map { "\(file.path):\($0.line): \($0.word)" }
            }
        },
        Rule(
            name: "decisions depend on a fault's kind or cause, not on its code",
            plantedBreach: ("Sources/Gateway/X.swift", "\nif error.code == leftCode { return }", "X.swift:2:")
        ) { files in
            swiftSources(files).flatMap { file in
                file.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
                    let comparisons = ["fault", "error", "failure"].flatMap { ["\($0).code ==", "\($0).code !="] }
                    return comparisons.contains { line.contains($0) } ? "\(file.path):\(index + 1): compares a code" : nil
                }
            }
        },
        Rule(name: "no path of one machine is in the code", plantedBreach: ("Makefile", "run:\n\tcp /ho\("me/me/x") .", "Makefile:2:")) {
            files in
            let places = ["work", "home", "farm", "Users"].flatMap { ["/\($0)/", "\"/\($0)\""] } + ["/root/."]
            return files.filter { $0.target != "ArchitectureTests" }.flatMap { file in
                file.lines(of: file.text, with: places)
                    .map { "\(file.path):\($0.line): \($0.word)" }
            }
        },
        Rule(
            name: "a vendor's name is in its own files only",
            plantedBreach: ("Sources/Gateway/X.swift", "// acmevid is fine here\nlet name = \"acmevid/one\"", "X.swift:2: acmevid")
        ) { files in
            let planted = SourceFile("Sources/Vendors/Acmevid.swift", "let card = VendorCard(\n    name: \"acmevid\", title: \"A\")")
            let owners = VendorNames.owners(in: files + [planted])
            return swiftSources(files).filter { !VendorNames.mayNameVendors($0) }.flatMap { file in
                owners.filter { !$0.value.contains(file.stem) || file.target != "Vendors" }.flatMap { name, _ in
                    VendorNames.lines(of: file, naming: name).map { "\(file.path):\($0): \(name)" }
                }
            }
        },
    ]

    private static func swiftSources(_ files: [SourceFile]) -> [SourceFile] { files.filter { $0.isSwift && $0.root == "Sources" } }

    /// The names of the types that a file declares or extends.
    private static func types(in file: SourceFile) -> [String] {
        file.code.utf8.split(separator: 0x0A).compactMap { line in
            guard declarations.contains(where: { Substring(line).contains($0) }) else { return nil }
            let words = Substring(line).split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "@") }
            guard let place = words.firstIndex(where: declarations.contains), place + 1 < words.count else { return nil }
            return words[place + 1].split(separator: ".").last.map(String.init)
        }
    }

    /// Whether the last word of a name in camel case is `word`.
    private static func endsInWord(_ name: String, _ word: String) -> Bool {
        name.hasSuffix(word) && name.dropLast(word.count).last?.isUppercase == false
    }
}

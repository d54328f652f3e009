/// One text file of the repository.
struct SourceFile {
    /// From the root of the repository: `Sources/Wire/JSON.swift`.
    let path: String
    let text: String
    /// Swift only: the text without comments, with its line breaks.
    let uncommented: String
    /// Swift only: the text without comments and without the contents of string literals, with its line breaks.
    let code: String
    /// The imported modules, each with its line.
    let imports: [(module: String, line: Int)]

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
        let isSwift = path.hasSuffix(".swift")
        uncommented = isSwift ? SwiftText.blanked(text, strings: false) : text
        code = isSwift ? SwiftText.blanked(text, strings: true) : text
        imports = isSwift ? SourceFile.imports(in: code) : []
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    /// `Sources`, `Tests`.
    var root: Substring { path.prefix { $0 != "/" } }
    /// `Wire` for `Sources/Wire/JSON.swift`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    /// `JSON+text.swift`.
    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
    /// `JSON`: the name before the first `+` or dot.
    var stem: String { String(name.prefix { $0 != "." && $0 != "+" }) }

    /// The lines of `text` that contain one of `words` as a whole word.
    func lines(of text: String, with words: [String]) -> [(word: String, line: Int)] {
        words.flatMap { word in SwiftText.lines(of: text, with: word).map { (word: word, line: $0) } }.sorted { $0.line < $1.line }
    }

    private static func imports(in code: String) -> [(module: String, line: Int)] {
        SwiftText.lines(of: code, with: "import").compactMap { number in
            let lines = code.utf8.split(separator: 0x0A, maxSplits: number, omittingEmptySubsequences: false)
            let words = Substring(lines[number - 1]).split(separator: " ")
            guard let place = words.firstIndex(of: "import"), words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "package" }) else {
                return nil
            }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let module = words[(place + 1)...].first { !kinds.contains($0) }
            return module.map { (String($0.prefix { $0 != "." }), number) }
        }
    }
}

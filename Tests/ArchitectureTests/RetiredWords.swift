/// Names that have been replaced by standard terms and must not return: `retired-words.txt`.
enum RetiredWords {
    static let all: Set<String> = {
        let lines = Repository.read("Tests/ArchitectureTests/retired-words.txt")?.split(separator: "\n") ?? []
        return Set(lines.filter { !$0.hasPrefix("#") }.map(String.init))
    }()

    /// The identifiers of a file that are retired, each with its first line.
    static func found(in file: SourceFile) -> [(word: String, line: Int)] {
        let used = Set(file.code.utf8.split { !SwiftText.isWordByte($0) }.compactMap { String($0) })
        return used.intersection(all).sorted().flatMap { word in
            SwiftText.lines(of: file.code, with: word).prefix(1).map { (word, $0) }
        }
    }
}

/// Where the names of vendors may stand.
enum VendorNames {
    /// Each vendor's name, as its card has it, with the stems of the files that are its own.
    static func owners(in files: [SourceFile]) -> [String: Set<String>] {
        var owners: [String: Set<String>] = [:]
        for file in files where file.isSwift && file.root == "Sources" && file.target == "Vendors" {
            for piece in file.uncommented.split(separator: "VendorCard(", omittingEmptySubsequences: false).dropFirst() {
                let head = piece.drop { $0.isWhitespace }
                guard head.hasPrefix("name: \"") else { continue }
                let name = String(head.dropFirst("name: \"".count).prefix { $0 != "\"" })
                if !ownWords.contains(name) { owners[name, default: []].insert(file.stem) }
            }
        }
        return owners
    }

    /// The embedded vendor's name is a word of ours.
    private static let ownWords: Set<String> = ["test"]

    /// English words, or parts of other words, that count only where a string begins with them as a name.
    private static let ambiguous: Set<String> = ["together", "runway", "replicate", "luma", "ark", "decart", "google"]

    /// Files of vendors whose API calls other companies' models by those companies' names, in fields and paths.
    private static let resellers: Set<String> = ["Qianfan"]

    /// The registry names each vendor in one line; a dialect may be called like a vendor, and so may its company's host be.
    static func mayNameVendors(_ file: SourceFile) -> Bool {
        file.target == "Dialects" || file.target == "Vendors" && (file.stem.contains("Registry") || resellers.contains(file.stem))
    }

    /// The lines, comments aside, on which a vendor is named.
    static func lines(of file: SourceFile, naming name: String) -> [Int] {
        let words = ambiguous.contains(name) ? ["\"\(name)\"", "\"\(name)/"] : [name]
        let lines = file.lines(of: file.uncommented.lowercased(), with: words).map(\.line)
        return Array(Set(lines)).sorted()
    }
}

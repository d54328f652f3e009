/// Where the names of vendors are allowed.
enum VendorNames {
    /// Each vendor's name, on its card or in its description, with the stems of its own Swift files.
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
        for file in files where file.path.hasPrefix("config/vendors/") && file.path.hasSuffix(".json") && file.stem != "example" {
            owners[file.stem, default: []] = []
        }
        return owners
    }

    /// The name of the embedded vendor is allowed anywhere.
    private static let ownWords: Set<String> = ["test"]

    /// Names that are English words or parts of words: they count only at the beginning of a string.
    private static let ambiguous: Set<String> = ["together", "runway", "replicate", "luma", "ark", "decart", "google"]

    /// Files of vendors whose API names other companies in fields and paths.
    private static let resellers: Set<String> = ["Qianfan"]

    /// The registry names each vendor in one line. A dialect may have the name of a vendor, as may the host of its company.
    static func mayNameVendors(_ file: SourceFile) -> Bool {
        file.target == "Dialects" || file.target == "Vendors" && (file.stem.contains("Registry") || resellers.contains(file.stem))
    }

    /// The lines, without comments, that contain a vendor's name.
    static func lines(of file: SourceFile, naming name: String) -> [Int] {
        let words = ambiguous.contains(name) ? ["\"\(name)\"", "\"\(name)/"] : [name]
        let lines = file.lines(of: file.uncommented.lowercased(), with: words).map(\.line)
        return Array(Set(lines)).sorted()
    }
}

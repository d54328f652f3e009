import Wire

/// A table of a vendor's words and what each means. It stands in blocks, one a vendor: its name and a template of the answer, then lines
/// `word word…: meaning`.
struct StatusTable {
    struct Row: CustomStringConvertible {
        var vendor: String
        var template: String
        /// What stands in front of the colon.
        var words: [String]
        var meaning: String
        var description: String { "\(vendor) \(words.joined(separator: " "))" }
    }

    let rows: [Row]

    init(_ file: String) {
        var rows: [Row] = []
        for block in Transcript.text(Transcript.tests + "/Transcripts/vendors/" + file).split(separator: "\n\n") {
            let lines = block.split(separator: "\n")
            let halves = lines[0].split(separator: " ", maxSplits: 1).map(String.init)
            for line in lines.dropFirst() {
                let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                let words = parts[0].split(separator: " ").map(String.init)
                rows.append(Row(vendor: halves[0], template: halves[1], words: words, meaning: parts[1]))
            }
        }
        self.rows = rows
    }

    struct MissingPlaceholderError: Error {}

    /// The template with `word` in the places of `mark`.
    static func filled(_ template: String, mark: String, word: String) -> Bytes {
        Bytes(template.split(separator: mark, omittingEmptySubsequences: false).joined(separator: word).utf8)
    }
}

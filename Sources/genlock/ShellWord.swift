/// Quotes one word of a command line that a user may copy into a shell.
enum ShellWord {
    /// The text itself if no shell interprets it, else in single quotes.
    static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_./:@%+,-".unicodeScalars.contains(scalar))
        }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

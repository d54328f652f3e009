/// Makes text safe for a terminal. Text from clients and servers may contain escape sequences, forged lines, and characters that hide or
/// reorder others (CVE-2021-42574).
enum TerminalText {
    /// Escapes everything except line breaks and tabs, as JSON does, so that JSON stays valid.
    static func escaped(_ text: String) -> String { escaped(text) { $0 == "\n" || $0 == "\t" } }

    /// Escapes line breaks and tabs too: for a cell of a table, a name, a message in a line.
    static func line(_ text: String) -> String { escaped(text) { _ in false } }

    private static func escaped(_ text: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: { isUnsafe($0) && !isKept($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard isUnsafe(scalar), !isKept(scalar) else {
                result.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                let digits = String(unit, radix: 16, uppercase: true)
                result.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
            }
        }
        return String(result)
    }

    /// Control characters, line separators and invisible characters, except for the variation selectors of emoji.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        if (0xFE00...0xFE0F).contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}

/// Columns of text for a terminal.
struct Table {
    private var rows: [[String]]

    init(_ heads: String...) { rows = [heads] }

    init(heads: [String]) { rows = [heads] }

    mutating func add(_ cells: String...) { add(cells: cells) }

    /// Each cell becomes one line.
    mutating func add(cells: [String]) { rows.append(cells.map(TerminalText.line)) }

    var text: String { lines.joined(separator: "\n") }

    /// Left-aligned columns with two spaces between; no spaces at the ends of lines.
    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) { line += cell + String(repeating: " ", count: width - cell.count + 2) }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

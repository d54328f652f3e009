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

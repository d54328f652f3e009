import Catalog
import Gateway
import Jobs
import Upstream
import Wire

/// The prices of models for a terminal of 80 columns: one line for each case, followed by their sources.
struct PriceTable {
    /// One price case of a model.
    struct Line {
        var model: String
        var price: Model.Price
    }

    private let lines: [Line]
    private static let width = 80

    init(_ lines: [Line]) { self.lines = lines }

    /// Every case of these models, in the order in which they are evaluated; a contract price replaces them all.
    static func lines(of models: [Model], accounts: [Account]) -> [Line] {
        models.flatMap { model -> [Line] in
            let contract = accounts.lazy.filter { $0.vendor.card.name == model.vendor }.compactMap { $0.contract(for: model) }.first
            return (contract.map { [$0] } ?? model.prices).map { Line(model: model.fullName, price: $0) }
        }
    }

    var text: String {
        var sources: [String] = []
        var last = ""
        var rows: [(model: String, cells: [String])] = []
        for line in lines {
            let origin = line.price.origin
            let number = 1 + (sources.firstIndex(of: origin.source) ?? sources.count)
            if number > sources.count { sources.append(origin.source) }
            let price = PriceTable.price(line.price)
            let cells = [price, PriceTable.when(line.price), origin.seen, "\(origin.confidence.rawValue) [\(number)]"]
            rows.append((line.model == last ? "" : line.model, cells))
            last = line.model
        }
        let body = rows.map(PriceTable.block).joined(separator: "\n")
        let head = PriceTable.columns(["USD", "WHEN", "SEEN", "BY"])
        let notes = sources.enumerated().map { PriceTable.wrapped("[\($0.offset + 1)] ", $0.element) }.joined(separator: "\n")
        return ["MODEL\n" + head, body, "", notes].joined(separator: "\n")
    }

    var json: String {
        JSONValue.array(
            lines.map { line in
                let origin = line.price.origin
                return .members([
                    "model": .string(line.model), "price": line.price.catalogJSON, "source": .string(origin.source),
                    "seen": .string(origin.seen), "confidence": .string(origin.confidence.rawValue),
                ])
            }
        ).text
    }

    /// A model's name has its own line, because many are long.
    private static func block(_ row: (model: String, cells: [String])) -> String {
        (row.model.isEmpty ? "" : row.model + "\n") + columns(row.cells)
    }

    /// Cells side by side, each wrapped to the width of its column.
    private static func columns(_ cells: [String]) -> String {
        let widths = [22, 24, 10, 17]
        let wrapped = zip(cells, widths).map { TextWrap.lines($0, width: $1) }
        return (0..<(wrapped.map(\.count).max() ?? 0)).map { row in
            var line = " "
            for (cell, width) in zip(wrapped, widths) {
                let text = row < cell.count ? cell[row] : ""
                line += " " + text + String(repeating: " ", count: max(0, width - text.count))
            }
            return TextWrap.trimmed(line)
        }.joined(separator: "\n")
    }

    /// `0.05/clip + 0.025/second`, with its minimum and maximum.
    static func price(_ price: Model.Price) -> String {
        var text = price.charges.map { "\($0.amount)/\(unit($0.unit))" }.joined(separator: " + ")
        if price.billsSource { text += " in+out" }
        if let minimum = price.minimum { text += ", min. \(minimum)" }
        if let seconds = price.minSeconds { text += ", min. \(Number.text(seconds) ?? "?") s" }
        return text
    }

    private static func unit(_ unit: Model.Price.Unit) -> String { unit == .millionTokens ? "M tokens" : unit.rawValue }

    static func when(_ price: Model.Price) -> String {
        price.when.sorted { $0.key < $1.key }.map { name, values in
            switch (name, values) {
            case ("tier", _), ("size", _), ("mode", _), ("ratio", _): values.joined(separator: "|")
            case ("seconds", _): values.joined(separator: "|") + " s"
            case (_, ["true"]): name
            case (_, ["false"]): "no \(name)"
            default: "\(name) \(values.joined(separator: "|"))"
            }
        }.joined(separator: " ")
    }

    private static func wrapped(_ head: String, _ text: String) -> String {
        let indent = String(repeating: " ", count: head.count)
        return TextWrap.lines(text, width: width - head.count).enumerated().map { ($0.offset == 0 ? head : indent) + $0.element }
            .joined(separator: "\n")
    }
}

/// Breaks text into lines for columns of a terminal.
enum TextWrap {
    /// Breaks at spaces, after `|`, and within words that are longer than a line.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in words(text) {
            if lines[lines.count - 1].count + trimmed(word).count > width, !lines[lines.count - 1].isEmpty { lines.append("") }
            var rest = word[...]
            while trimmed(String(rest)).count > width {
                lines[lines.count - 1] += rest.prefix(width)
                lines.append("")
                rest = rest.dropFirst(width)
            }
            lines[lines.count - 1] += rest
        }
        return lines.map(trimmed)
    }

    private static func words(_ text: String) -> [String] {
        var words = [""]
        for character in text {
            words[words.count - 1].append(character)
            if character == " " || character == "|" { words.append("") }
        }
        return words
    }

    static func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line = line.dropLast() }
        return String(line)
    }
}

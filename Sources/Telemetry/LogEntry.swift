import Wire

/// One line of the log before it is encoded.
struct LogEntry {
    enum Field {
        case text(String)
        case number(Int)
        /// Written in milliseconds with three decimal places.
        case milliseconds(Duration)
        case decimal(Double)
    }

    var time: Timestamp
    var level: Telemetry.Level
    var message: String
    var fields: [(name: String, value: Field)] = []

    mutating func add(_ name: String, _ text: String?) {
        if let text { fields.append((name, .text(text))) }
    }

    mutating func add(_ name: String, _ number: Int?) {
        if let number { fields.append((name, .number(number))) }
    }

    /// Longer texts are truncated.
    static let maxTextBytes = 4096

    /// `12.345`.
    static func milliseconds(_ span: Duration) -> String {
        let (seconds, attoseconds) = span.components
        let micros = max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        let fraction = String(micros % 1000)
        return "\(micros / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// Replaces the queries of URLs by `?…`: signatures and secrets stand in queries.
    static func withoutQueries(_ text: String) -> String {
        guard text.contains("://") else { return text }
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            let end = rest[scheme.upperBound...].firstIndex { $0.isWhitespace || "\"'<>)".contains($0) } ?? rest.endIndex
            let url = rest[..<end]
            if let mark = url[scheme.upperBound...].firstIndex(where: { $0 == "?" || $0 == "#" }) {
                result += url[..<mark] + "?…"
            } else {
                result += url
            }
            rest = rest[end...]
        }
        return result + rest
    }
}

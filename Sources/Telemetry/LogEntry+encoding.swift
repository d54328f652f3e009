import Wire

extension LogEntry {
    func encoded(as format: Log.Format, colored: Bool) -> [UInt8] { format == .json ? json() : text(colored: colored) }

    /// One line for people: `12:03:04.123 INFO  POST /v1/videos 200 duration_ms=12.345 request=req_… owner=studio`.
    func text(colored: Bool) -> [UInt8] {
        let clock = time.iso8601.dropFirst(11).dropLast()
        let word = level.rawValue.uppercased()
        let padded = word + String(repeating: " ", count: max(0, 7 - word.count))
        var line = colored ? "\u{1B}[2m\(clock)\u{1B}[0m \(color)\(padded)\u{1B}[0m " : "\(clock) \(padded) "
        line += LogEntry.escaped(message)
        for (name, value) in fields {
            let value = LogEntry.displayText(of: value)
            line += colored ? " \u{1B}[2m\(name)=\u{1B}[0m\(value)" : " \(name)=\(value)"
        }
        return Array((line + "\n").utf8)
    }

    /// One JSON object and a line break.
    func json() -> [UInt8] {
        var members: [(name: String, value: JSONValue)] = [
            ("time", .string(time.iso8601)), ("level", .string(level.rawValue)), ("message", .string(LogEntry.truncated(message))),
        ]
        for (name, value) in fields { members.append((name, LogEntry.jsonValue(of: value))) }
        var bytes = Array(JSONValue.object(members).encoded().joined())
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private var color: String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info, .notice: "\u{1B}[32m"
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[31m"
        }
    }

    private static func jsonValue(of value: Field) -> JSONValue {
        switch value {
        case .text(let text): .string(truncated(text))
        case .number(let number): .int(Int64(number))
        case .milliseconds(let span): .double(Double(milliseconds(span)) ?? 0)
        case .decimal(let number): .double(number)
        }
    }

    private static func displayText(of value: Field) -> String {
        switch value {
        case .text(let text): text.contains(where: { $0 == " " || $0 == "\"" }) || text.isEmpty ? "\"\(escaped(text))\"" : escaped(text)
        case .number(let number): String(number)
        case .milliseconds(let span): milliseconds(span)
        case .decimal(let number): Number.text(number) ?? "NaN"
        }
    }

    private static func truncated(_ text: String) -> String {
        text.utf8.count <= maxTextBytes ? text : String(text.prefix(maxTextBytes)) + "…"
    }

    /// Escapes line breaks and control characters, with which a client could forge lines or control the terminal.
    private static func escaped(_ text: String) -> String {
        let text = truncated(text)
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { $0 += isControl($1) ? "\\u{" + String($1.value, radix: 16) + "}" : String($1) }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}

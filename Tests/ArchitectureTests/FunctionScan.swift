/// Finds functions and initializers in Swift source whose comments and strings are blanked, with their length.
enum FunctionScan {
    struct Function: Equatable {
        var name: String
        /// Where it begins, from 1.
        var line: Int
        var lines: Int
    }

    static func functions(in code: String) -> [Function] {
        let bytes = Array(code.utf8)
        var found: [Function] = []
        var line = 1
        var place = 0
        while place < bytes.count {
            if bytes[place] == newline { line += 1 }
            if isWordStart(bytes, place), let (name, behind) = declaration(bytes, place), let body = body(bytes, from: behind) {
                let lines = bytes[place..<body.upperBound].count { $0 == newline } + 1
                found.append(Function(name: name, line: line, lines: lines))
            }
            place += 1
        }
        return found
    }

    private static let newline = UInt8(ascii: "\n")

    private static func isWordStart(_ bytes: [UInt8], _ place: Int) -> Bool {
        SwiftText.isWordByte(bytes[place])
            && (place == 0 || !(SwiftText.isWordByte(bytes[place - 1]) || bytes[place - 1] == UInt8(ascii: ".")))
    }

    /// The name of the function declared at `place`, and where its parameters begin.
    private static func declaration(_ bytes: [UInt8], _ place: Int) -> (name: String, behind: Int)? {
        let word = String(decoding: bytes[place...].prefix(while: SwiftText.isWordByte), as: UTF8.self)
        var behind = place + word.utf8.count
        if ["init", "deinit", "subscript"].contains(word) { return (word, behind) }
        guard word == "func" else { return nil }
        while behind < bytes.count, bytes[behind] == 0x20 { behind += 1 }
        let rest = bytes[behind...]
        let isQuoted = rest.first == UInt8(ascii: "`")
        let end =
            isQuoted
            ? rest.dropFirst().firstIndex(of: UInt8(ascii: "`")).map { $0 + 1 } : rest.firstIndex { $0 == 0x28 || $0 == 0x3C || $0 == 0x20 }
        guard let end else { return nil }
        return (String(decoding: bytes[behind..<end], as: UTF8.self), end)
    }

    /// The range of the body with its braces; nil for a protocol requirement or a call.
    private static func body(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
        var (round, place) = (0, start)
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["): round += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): round -= 1
            case UInt8(ascii: "{") where round == 0: return closing(bytes, from: place).map { place..<$0 }
            case UInt8(ascii: "}") where round == 0: return nil
            case newline where round == 0 && !goesOn(bytes, behind: place): return nil
            default: break
            }
            if round < 0 { return nil }
            place += 1
        }
        return nil
    }

    /// Whether the line after a line break continues a declaration.
    private static func goesOn(_ bytes: [UInt8], behind place: Int) -> Bool {
        let line = bytes[(place + 1)...].drop { $0 == 0x20 || $0 == newline }
        return ["{", "where", "->", "throws", "async", "("].contains { line.starts(with: $0.utf8) }
    }

    private static func closing(_ bytes: [UInt8], from open: Int) -> Int? {
        var depth = 0
        for place in open..<bytes.count {
            if bytes[place] == UInt8(ascii: "{") { depth += 1 }
            if bytes[place] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return place + 1 }
        }
        return nil
    }
}

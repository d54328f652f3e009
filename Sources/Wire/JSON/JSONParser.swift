/// Writes the tape of a JSON text: one pass, no recursion, nothing accepted that RFC 8259 does not allow.
struct JSONParser {
    private let limits: Limits
    private var nodes: [JSON.Node] = []
    private var open: [Int] = []
    private var position = 0

    private enum Expected { case value, valueOrEnd, name, nameOrEnd, separator }

    init(limits: Limits) { self.limits = limits }

    mutating func parse(_ text: Slice) throws(JSON.Malformed) -> [JSON.Node] {
        guard text.count < Int(UInt32.max) else { throw JSON.Malformed(reason: "the text is too long", offset: 0) }
        let outcome: Result<Void, JSON.Malformed> = text.withUnsafeBufferPointer { bytes in
            do throws(JSON.Malformed) {
                try run(bytes)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        return nodes
    }

    private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSON.Malformed) {
        nodes.reserveCapacity(32)
        var expected = Expected.value
        repeat {
            skipSpace(bytes)
            guard position < bytes.count else { throw malformed("the text ends too early") }
            expected = try step(bytes, expected)
        } while !(open.isEmpty && expected == .separator)
        skipSpace(bytes)
        guard position == bytes.count else { throw malformed("nothing more may follow the value") }
    }

    private mutating func step(_ bytes: UnsafeBufferPointer<UInt8>, _ expected: Expected) throws(JSON.Malformed) -> Expected {
        let byte = bytes[position]
        switch (expected, byte) {
        case (.valueOrEnd, UInt8(ascii: "]")), (.nameOrEnd, UInt8(ascii: "}")):
            close()
            return .separator
        case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")):
            try string(bytes)
            skipSpace(bytes)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw malformed("a colon must follow the name") }
            position += 1
            return .value
        case (.separator, UInt8(ascii: ",")):
            position += 1
            return nodes[open[open.count - 1]].kind == .object ? .name : .value
        case (.separator, UInt8(ascii: "]")), (.separator, UInt8(ascii: "}")):
            guard (byte == UInt8(ascii: "}")) == (nodes[open[open.count - 1]].kind == .object) else { throw malformed("the wrong bracket") }
            close()
            return .separator
        case (.value, _), (.valueOrEnd, _):
            return try value(bytes, byte)
        default:
            throw malformed(expected == .separator ? "a comma or the closing bracket must follow" : "a name in quotes must follow")
        }
    }

    private mutating func value(_ bytes: UnsafeBufferPointer<UInt8>, _ byte: UInt8) throws(JSON.Malformed) -> Expected {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < limits.jsonDepth else { throw malformed("nested deeper than \(limits.jsonDepth)") }
            open.append(nodes.count)
            try add(byte == UInt8(ascii: "{") ? .object : .array, position, position)
            position += 1
            return byte == UInt8(ascii: "{") ? .nameOrEnd : .valueOrEnd
        case UInt8(ascii: "\""): try string(bytes)
        case UInt8(ascii: "t"): try word("true", .bool, flag: true, bytes)
        case UInt8(ascii: "f"): try word("false", .bool, bytes)
        case UInt8(ascii: "n"): try word("null", .null, bytes)
        default: try number(bytes)
        }
        return .separator
    }

    private mutating func close() {
        position += 1
        let container = open.removeLast()
        nodes[container].end = UInt32(position)
        nodes[container].next = UInt32(nodes.count)
    }

    private mutating func add(_ kind: JSON.Kind, _ start: Int, _ end: Int, flag: Bool = false) throws(JSON.Malformed) {
        guard nodes.count < limits.jsonNodes else { throw malformed("more than \(limits.jsonNodes) values") }
        nodes.append(JSON.Node(kind: kind, flag: flag, start: UInt32(start), end: UInt32(end), next: UInt32(nodes.count + 1)))
    }

    private mutating func word(_ word: StaticString, _ kind: JSON.Kind, flag: Bool = false, _ bytes: UnsafeBufferPointer<UInt8>) throws(JSON.Malformed) {
        let length = word.utf8CodeUnitCount
        let matches = position + length <= bytes.count && (0..<length).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
        guard matches else { throw malformed("a value must follow") }
        try add(kind, position, position + length, flag: flag)
        position += length
    }

    private mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSON.Malformed) {
        let start = position + 1
        position = start
        var escaped = false
        while true {
            position = JSONScan.endOfPlainRun(bytes, from: position)
            guard position < bytes.count else { throw malformed("a string has no closing quote") }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard JSONScan.isUTF8(bytes, start..<position) else { throw malformed("a string is not UTF-8") }
                try add(.string, start, position, flag: escaped)
                position += 1
                return
            case UInt8(ascii: "\\"):
                escaped = true
                try escape(bytes)
            default:
                throw malformed("a control character in a string must be escaped")
            }
        }
    }

    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSON.Malformed) {
        guard position + 1 < bytes.count else { throw malformed("a string has no closing quote") }
        switch bytes[position + 1] {
        case UInt8(ascii: "u"):
            let digits = position + 2..<position + 6
            guard digits.upperBound <= bytes.count, digits.allSatisfy({ JSONScan.isHex(bytes[$0]) }) else { throw malformed("\\u needs four hex digits") }
            position += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"):
            position += 2
        default:
            throw malformed("not an escape that JSON knows")
        }
    }

    private mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSON.Malformed) {
        let start = position
        if peek(bytes) == UInt8(ascii: "-") { position += 1 }
        if peek(bytes) == UInt8(ascii: "0") { position += 1 } else { try digits(bytes, "a value must follow") }
        if peek(bytes) == UInt8(ascii: ".") {
            position += 1
            try digits(bytes, "a digit must follow the point")
        }
        if let byte = peek(bytes), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek(bytes), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits(bytes, "a digit must follow the exponent")
        }
        try add(.number, start, position)
    }

    private mutating func digits(_ bytes: UnsafeBufferPointer<UInt8>, _ reason: String) throws(JSON.Malformed) {
        let start = position
        while let byte = peek(bytes), (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw malformed(reason) }
    }

    private func peek(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace(_ bytes: UnsafeBufferPointer<UInt8>) {
        while let byte = peek(bytes), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func malformed(_ reason: String) -> JSON.Malformed { JSON.Malformed(reason: reason, offset: position) }
}

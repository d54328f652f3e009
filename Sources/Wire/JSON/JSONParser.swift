/// Writes the tape of a JSON text: one pass, no recursion, nothing accepted that RFC 8259 does not allow.
struct JSONParser: ~Copyable {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maxDepth: Int
    private let maxNodes: Int
    private var nodes: [JSON.Node] = []
    private var position = 0
    private var depth = 0
    /// The innermost open array or object. Until it is closed, its `next` is the one around it.
    private var container = JSONParser.none

    private static let none = UInt32.max

    static func nodes(of text: Slice, limits: Limits) throws(JSON.ParseError) -> [JSON.Node] {
        guard text.count < Int(none) else { throw JSON.ParseError(reason: "the text is too long", offset: 0) }
        return try text.withUnsafeBufferPointer { bytes throws(JSON.ParseError) in
            var parser = JSONParser(bytes, limits)
            try parser.run()
            return parser.nodes
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: Limits) {
        self.bytes = bytes
        maxDepth = limits.maxJSONDepth
        maxNodes = limits.maxJSONNodes
        nodes.reserveCapacity(min(bytes.count / 5 + 1, 128))
    }

    private mutating func run() throws(JSON.ParseError) {
        guard !(bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF) else {
            throw parseError("the text begins with a byte order mark, which JSON does not allow")
        }
        repeat { while try opensValue() {} } while try continuesBehindValue()
        skipSpace()
        guard position == bytes.count else { throw parseError("nothing more may follow the value") }
    }

    /// Reads a complete value, or an opening bracket up to its first value; true if a value must follow.
    private mutating func opensValue() throws(JSON.ParseError) -> Bool {
        skipSpace()
        guard let byte = peek else { throw parseError("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "{"):
            try open(.object)
            if closes(UInt8(ascii: "}")) { return false }
            try name()
            return true
        case UInt8(ascii: "["):
            try open(.array)
            return !closes(UInt8(ascii: "]"))
        case UInt8(ascii: "t"): try word("true", .bool, flag: true)
        case UInt8(ascii: "f"): try word("false", .bool)
        case UInt8(ascii: "n"): try word("null", .null)
        default: try number()
        }
        return false
    }

    /// Advances to the next value of the open container and closes brackets on the way; false if everything is closed.
    private mutating func continuesBehindValue() throws(JSON.ParseError) -> Bool {
        while container != JSONParser.none {
            let isObject = nodes[Int(container)].kind == .object
            if closes(UInt8(ascii: isObject ? "}" : "]")) { continue }
            guard peek == UInt8(ascii: ",") else { throw parseError("a comma or the closing bracket must follow") }
            position += 1
            if isObject { try name() }
            return true
        }
        return false
    }

    private mutating func open(_ kind: JSON.Kind) throws(JSON.ParseError) {
        guard depth < maxDepth else { throw parseError("nested deeper than \(maxDepth)") }
        depth += 1
        let outer = container
        container = UInt32(nodes.count)
        try add(kind, position, end: position)
        nodes[Int(container)].next = outer
        position += 1
    }

    /// Closes the innermost container if this bracket is next.
    private mutating func closes(_ bracket: UInt8) -> Bool {
        skipSpace()
        guard peek == bracket else { return false }
        position += 1
        depth -= 1
        let closed = Int(container)
        container = nodes[closed].next
        nodes[closed].end = UInt32(position)
        nodes[closed].next = UInt32(nodes.count)
        return true
    }

    private mutating func name() throws(JSON.ParseError) {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw parseError("a name in quotes must follow") }
        try string()
        skipSpace()
        guard peek == UInt8(ascii: ":") else { throw parseError("a colon must follow the name") }
        position += 1
    }

    private mutating func add(_ kind: JSON.Kind, _ start: Int, end: Int, flag: Bool = false) throws(JSON.ParseError) {
        guard nodes.count < maxNodes else { throw parseError("more than \(maxNodes) values") }
        let next = UInt32(truncatingIfNeeded: nodes.count + 1)
        let start = UInt32(truncatingIfNeeded: start)
        nodes.append(JSON.Node(kind: kind, flag: flag, start: start, end: UInt32(truncatingIfNeeded: end), next: next))
    }

    private mutating func word(_ word: StaticString, _ kind: JSON.Kind, flag: Bool = false) throws(JSON.ParseError) {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { throw parseError("a value must follow") }
        for offset in 0..<length where bytes[position + offset] != word.utf8Start[offset] { throw parseError("a value must follow") }
        try add(kind, position, end: position + length, flag: flag)
        position += length
    }

    private mutating func string() throws(JSON.ParseError) {
        let start = position + 1
        var end = start
        var hasEscapes = false
        var sawOthers = false
        while true {
            end = JSONScan.endOfPlainRun(bytes, from: end, sawOthers: &sawOthers)
            guard end < bytes.count else { throw parseError("this string has no closing quote") }
            if bytes[end] == UInt8(ascii: "\"") { break }
            position = end
            guard bytes[end] == UInt8(ascii: "\\") else { throw parseError("a control character in a string must be escaped") }
            hasEscapes = true
            end += try escapeLength()
        }
        position = start - 1
        guard !sawOthers || JSONScan.isUTF8(bytes, start..<end) else { throw parseError("this string is not UTF-8") }
        try add(.string, start, end: end, flag: hasEscapes)
        position = end + 1
    }

    private func escapeLength() throws(JSON.ParseError) -> Int {
        switch position + 1 < bytes.count ? bytes[position + 1] : 0 {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard position + 6 <= bytes.count else { throw parseError("\\u needs four hex digits") }
            for place in position + 2..<position + 6 where !JSONScan.isHex(bytes[place]) { throw parseError("\\u needs four hex digits") }
            return 6
        default:
            throw parseError("not an escape of JSON")
        }
    }

    private mutating func number() throws(JSON.ParseError) {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") { position += 1 } else { try digits("a value must follow") }
        if peek == UInt8(ascii: ".") {
            position += 1
            try digits("a digit must follow the point")
        }
        if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits("a digit must follow the exponent")
        }
        try add(.number, start, end: position)
    }

    private mutating func digits(_ reason: String) throws(JSON.ParseError) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw parseError(reason) }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func parseError(_ reason: String) -> JSON.ParseError { JSON.ParseError(reason: reason, offset: position) }
}

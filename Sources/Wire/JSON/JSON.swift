/// One value of a parsed JSON text. Parsing validates everything (RFC 8259) and writes a tape of positions; strings and numbers are
/// made only when asked for, so a body with a 10 MB data URI is neither copied nor decoded. Copies are cheap and share the text.
package struct JSON: Sendable {
    package enum Kind: UInt8, Sendable { case null, bool, number, string, array, object }

    /// Why a text is not JSON: what was expected, and the byte at which it was not found.
    package struct ParseError: Error, Equatable {
        package var reason: String
        package var offset: Int

        package init(reason: String, offset: Int) {
            self.reason = reason
            self.offset = offset
        }
    }

    let document: Document
    let index: Int

    /// - Throws: `ParseError`, also for texts deeper than `limits.jsonDepth` or with more than `limits.jsonNodes` values.
    package init(parsing text: Slice, limits: Limits = JSON.defaultLimits) throws(ParseError) {
        self.init(document: Document(text: text, nodes: try JSONParser.nodes(of: text, limits: limits)), index: 0)
    }

    package init(parsing text: String, limits: Limits = JSON.defaultLimits) throws(ParseError) {
        try self.init(parsing: Bytes(text.utf8)[...], limits: limits)
    }

    /// Made once: a table of a kilobyte for each text would cost as much as parsing a short one.
    package static let defaultLimits = Limits()

    init(document: Document, index: Int) {
        self.document = document
        self.index = index
    }

    /// The text and its tape, shared by all values in it.
    final class Document: Sendable {
        let text: Slice
        let nodes: [Node]

        init(text: Slice, nodes: [Node]) {
            self.text = text
            self.nodes = nodes
        }
    }

    /// One value on the tape. Offsets count from the start of the text; strings are without their quotes.
    struct Node: Sendable {
        var kind: Kind
        /// For strings: has a backslash. For bools: is true.
        var flag: Bool
        var start: UInt32
        var end: UInt32
        /// The index of the node after this value and everything in it.
        var next: UInt32
    }

    var node: Node { document.nodes[index] }

    package var kind: Kind { node.kind }
    package var isNull: Bool { kind == .null }
    package var bool: Bool? { kind == .bool ? node.flag : nil }

    /// The text of a string, unescaped; nil for other kinds.
    package var string: String? { stringBytes.map { String(decoding: $0, as: UTF8.self) } }

    /// As `string`, in UTF-8; copied only if it has escapes. PHP and Java escape the slashes and equals signs of base64.
    package var stringBytes: Slice? {
        guard kind == .string else { return nil }
        return node.flag ? JSONText.unescaped(content)[...] : content
    }

    /// The bytes of a string in the text, if it has no escapes.
    package var plainString: Slice? { kind == .string && !node.flag ? content : nil }

    /// The text of a number exactly as it was written.
    package var numberText: String? { kind == .number ? String(decoding: content, as: UTF8.self) : nil }

    /// A number as a `Double`; nil for other kinds and for numbers beyond its range.
    package var double: Double? {
        if let whole = shortWhole { return Double(whole) }
        guard let value = numberText.flatMap(Double.init), value.isFinite else { return nil }
        return value
    }

    /// A whole number that fits, also when written `8.0` or `8e0`; nil for everything else, and for such spellings from 2^53 on,
    /// where a `Double` would round.
    package var int: Int? {
        if let whole = shortWhole { return whole }
        guard let text = numberText else { return nil }
        if let value = Int(text) { return value }
        guard let value = Double(text), value.magnitude < 0x1p53 else { return nil }
        return Int(exactly: value)
    }

    /// How many members or elements.
    package var count: Int {
        var count = 0
        forEachChild { _ in count += 1 }
        return count
    }

    /// The member of that name; nil if this is not an object or has none. The last one wins when a name is repeated.
    package subscript(name: String) -> JSON? {
        guard kind == .object else { return nil }
        var name = name
        var found: Int?
        name.withUTF8 { name in
            document.text.withUnsafeBufferPointer { text in
                forEachChild { if isName(document.nodes[$0], name, text: text) { found = $0 + 1 } }
            }
        }
        return found.map { JSON(document: document, index: $0) }
    }

    /// The element at that index; nil if this is not an array or it is shorter.
    package subscript(position: Int) -> JSON? {
        guard kind == .array else { return nil }
        var place = 0
        var found: JSON?
        forEachChild { child in
            if place == position { found = JSON(document: document, index: child) }
            place += 1
        }
        return found
    }

    /// The members of an object in order, repeated names included; empty for other kinds.
    package var members: [(name: String, value: JSON)] {
        guard kind == .object else { return [] }
        var result: [(name: String, value: JSON)] = []
        forEachChild { child in
            result.append((JSON(document: document, index: child).string ?? "", JSON(document: document, index: child + 1)))
        }
        return result
    }

    /// Calls `body` with each member of an object in order: the bytes of its name, which must not escape, and its value. Makes no strings.
    package func forEachMember(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: JSON) -> Void) {
        guard kind == .object else { return }
        document.text.withUnsafeBufferPointer { text in
            forEachChild { child in
                let name = document.nodes[child]
                let (start, end) = (Int(name.start), Int(name.end))
                let value = JSON(document: document, index: child + 1)
                if name.flag {
                    JSONText.unescaped(slice(start, end)).withUnsafeBufferPointer { body($0, value) }
                } else {
                    body(UnsafeBufferPointer(rebasing: text[start..<end]), value)
                }
            }
        }
    }

    /// The elements of an array; empty for other kinds.
    package var elements: [JSON] {
        guard kind == .array else { return [] }
        var result: [JSON] = []
        forEachChild { result.append(JSON(document: document, index: $0)) }
        return result
    }

    /// The value exactly as written in the text, including quotes.
    package var raw: Slice {
        let quotes = kind == .string ? 1 : 0
        return slice(Int(node.start) - quotes, Int(node.end) + quotes)
    }

    /// Follows names down objects: `json.at("output", "video_url")`.
    package func at(_ path: String...) -> JSON? {
        path.reduce(Optional(self)) { $0?[$1] }
    }

    private var content: Slice { slice(Int(node.start), Int(node.end)) }

    /// The value of a number written with at most fifteen digits and nothing else: most are, and need no string.
    private var shortWhole: Int? {
        guard kind == .number else { return nil }
        let node = node
        guard node.end - node.start <= 15 else { return nil }
        return document.text.withUnsafeBufferPointer { text in
            var whole = 0
            for place in Int(node.start)..<Int(node.end) {
                let digit = text[place] &- 0x30
                guard digit < 10 else { return nil }
                whole = whole * 10 + Int(digit)
            }
            return whole
        }
    }

    private func slice(_ start: Int, _ end: Int) -> Slice {
        let base = document.text.startIndex
        return document.text[(base + start)..<(base + end)]
    }

    /// Calls `body` with the index of each element, or of each member's name: its value is the next node.
    private func forEachChild(_ body: (Int) -> Void) {
        let node = node
        guard node.kind == .array || node.kind == .object else { return }
        var child = index + 1
        while child < Int(node.next) {
            body(child)
            child = Int(document.nodes[node.kind == .object ? child + 1 : child].next)
        }
    }

    private func isName(_ node: Node, _ name: UnsafeBufferPointer<UInt8>, text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(node.start)
        let count = Int(node.end) - start
        if node.flag { return JSONText.unescaped(slice(start, start + count)).elementsEqual(name) }
        guard count == name.count else { return false }
        for place in 0..<count where text[start + place] != name[place] { return false }
        return true
    }
}

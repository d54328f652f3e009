/// One value of a parsed JSON text. Parsing validates everything (RFC 8259) and writes a tape of positions; strings and numbers are
/// made only when asked for, so a body with a 10 MB data URI is neither copied nor decoded. Copies are cheap and share the text.
package struct JSON: Sendable {
    package enum Kind: UInt8, Sendable { case null, bool, number, string, array, object }

    /// Why a text is not JSON: what was expected, and the byte at which it was not found.
    package struct Malformed: Error, Equatable {
        package var reason: String
        package var offset: Int
    }

    let document: Document
    let index: Int

    /// - Throws: `Malformed`, also for texts deeper than `limits.jsonDepth` or with more than `limits.jsonNodes` values.
    package init(parsing text: Slice, limits: Limits = Limits()) throws(Malformed) {
        var parser = JSONParser(limits: limits)
        let nodes = try parser.parse(text)
        self.init(document: Document(text: text, nodes: nodes), index: 0)
    }

    package init(parsing text: String, limits: Limits = Limits()) throws(Malformed) {
        try self.init(parsing: Bytes(text.utf8)[...], limits: limits)
    }

    init(document: Document, index: Int) {
        self.document = document
        self.index = index
    }

    /// The text and its tape, shared by all values cut from it.
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
        /// The index of the node behind this value and everything in it.
        var next: UInt32
    }

    var node: Node { document.nodes[index] }

    package var kind: Kind { node.kind }
    package var isNull: Bool { kind == .null }
    package var bool: Bool? { kind == .bool ? node.flag : nil }

    /// The text of a string, unescaped; nil for other kinds.
    package var string: String? {
        guard kind == .string else { return nil }
        return node.flag ? JSONText.unescaped(content) : String(decoding: content, as: UTF8.self)
    }

    /// The bytes of a string as they stand in the text, if it has no escapes: for data URIs and base64, which need none.
    package var plainString: Slice? { kind == .string && !node.flag ? content : nil }

    /// The text of a number exactly as it was written.
    package var numberText: String? { kind == .number ? String(decoding: content, as: UTF8.self) : nil }

    /// A number as a `Double`; nil for other kinds.
    package var double: Double? { numberText.flatMap(Double.init) }

    /// A whole number that fits, also when written `8.0` or `8e0`; nil for everything else.
    package var int: Int? {
        guard let text = numberText else { return nil }
        if let value = Int(text) { return value }
        return Double(text).flatMap { Int(exactly: $0) }
    }

    /// How many members or elements.
    package var count: Int {
        switch kind {
        case .object: members.count
        case .array: elements.count
        default: 0
        }
    }

    /// The member of that name; nil if this is not an object or has none. The last one wins when a name is repeated.
    package subscript(name: String) -> JSON? {
        guard kind == .object else { return nil }
        var found: JSON?
        var key = index + 1
        while key < Int(node.next) {
            if isKey(key, name) { found = JSON(document: document, index: key + 1) }
            key = Int(document.nodes[key + 1].next)
        }
        return found
    }

    /// The element at that place; nil if this is not an array or it is shorter.
    package subscript(position: Int) -> JSON? {
        guard kind == .array, position >= 0 else { return nil }
        let all = elements
        return position < all.count ? all[position] : nil
    }

    /// The members of an object in order, repeated names included; empty for other kinds.
    package var members: [(name: String, value: JSON)] {
        guard kind == .object else { return [] }
        var result: [(name: String, value: JSON)] = []
        var key = index + 1
        while key < Int(node.next) {
            result.append((JSON(document: document, index: key).string ?? "", JSON(document: document, index: key + 1)))
            key = Int(document.nodes[key + 1].next)
        }
        return result
    }

    /// The elements of an array; empty for other kinds.
    package var elements: [JSON] {
        guard kind == .array else { return [] }
        var result: [JSON] = []
        var element = index + 1
        while element < Int(node.next) {
            result.append(JSON(document: document, index: element))
            element = Int(document.nodes[element].next)
        }
        return result
    }

    /// The value exactly as it stands in the text, quotes included.
    package var raw: Slice {
        let quotes = kind == .string ? 1 : 0
        return slice(Int(node.start) - quotes, Int(node.end) + quotes)
    }

    /// Follows names down objects: `json.at("output", "video_url")`.
    package func at(_ path: String...) -> JSON? {
        path.reduce(Optional(self)) { $0?[$1] }
    }

    private var content: Slice { slice(Int(node.start), Int(node.end)) }

    private func slice(_ start: Int, _ end: Int) -> Slice {
        let base = document.text.startIndex
        return document.text[(base + start)..<(base + end)]
    }

    private func isKey(_ index: Int, _ name: String) -> Bool {
        let key = JSON(document: document, index: index)
        if let plain = key.plainString { return plain.count == name.utf8.count && plain.elementsEqual(name.utf8) }
        return key.string == name
    }
}

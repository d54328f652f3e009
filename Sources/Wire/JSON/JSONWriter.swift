/// Writes a JSON text in one pass: members and elements go straight into a buffer of bytes, large parsed parts are not copied.
///
///     var json = JSONWriter()
///     json.beginObject()
///     json.member("id", id)
///     json.member("progress", 40)
///     json.endObject()
///     return Response(json: json)
///
/// The caller closes what it opens. Names are written as they are, so they must need no escapes. `JSONValue` is for texts that are changed
/// before they are written.
package struct JSONWriter: ~Copyable {
    private var pieces = Pieces()
    private var pending = Bytes()
    /// Whether another member or element of the open container has been written.
    private var needsComma = false
    /// Parsed parts from this size on become slices of their own.
    private static let minSharedBytes = 4096

    /// - Parameter capacity: about how many bytes will be written.
    package init(capacity: Int = 256) { pending.reserveCapacity(capacity) }

    package consuming func finish() -> Pieces {
        flush()
        return pieces
    }

    // MARK: Containers

    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// A member that is an object.
    package mutating func beginObject(_ name: StaticString) {
        beginMember(name)
        append(UInt8(ascii: "{"))
        needsComma = false
    }

    /// A member that is an array.
    package mutating func beginArray(_ name: StaticString) {
        beginMember(name)
        append(UInt8(ascii: "["))
        needsComma = false
    }

    // MARK: Members

    package mutating func member(_ name: StaticString, _ value: String) {
        beginMember(name)
        JSONText.append(quoted: value, to: &pending)
    }

    package mutating func member(_ name: StaticString, _ value: Int64) {
        beginMember(name)
        append(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        beginMember(name)
        append(fixed: value ? "true" : "false")
    }

    /// As `JSONValue.double`.
    package mutating func member(_ name: StaticString, number value: Double) {
        beginMember(name)
        append(value)
    }

    /// Null if there is no value.
    package mutating func member(_ name: StaticString, orNull value: String?) {
        if let value { member(name, value) } else { null(name) }
    }

    /// Null if there is no value.
    package mutating func member(_ name: StaticString, orNull value: Int64?) {
        if let value { member(name, value) } else { null(name) }
    }

    package mutating func null(_ name: StaticString) {
        beginMember(name)
        append(fixed: "null")
    }

    /// A member whose value exists as a tree.
    package mutating func member(_ name: StaticString, tree value: JSONValue) {
        beginMember(name)
        append(tree: value)
    }

    // MARK: Elements

    package mutating func element(_ value: String) {
        separate()
        JSONText.append(quoted: value, to: &pending)
    }

    /// An element, or the whole text, that exists as a tree.
    package mutating func element(tree value: JSONValue) {
        separate()
        append(tree: value)
    }

    // MARK: Text

    private mutating func begin(_ bracket: UInt8) {
        separate()
        append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// The comma, the name and the colon in one step: most of an answer's parts are names.
    private mutating func beginMember(_ name: StaticString) {
        let bytes = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        let needsComma = needsComma
        pending.append(addingCapacity: bytes.count + 4) { (text: inout OutputSpan<UInt8>) in
            if needsComma { text.append(UInt8(ascii: ",")) }
            text.append(UInt8(ascii: "\""))
            text.append(copying: bytes)
            text.append(UInt8(ascii: "\""))
            text.append(UInt8(ascii: ":"))
        }
        self.needsComma = true
    }

    private mutating func append(_ byte: UInt8) { pending.append(byte) }

    private mutating func append(fixed text: StaticString) {
        pending.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// For text that needs no escapes.
    private mutating func append(plain text: String) {
        var text = text
        text.withUTF8 { pending.append(contentsOf: $0) }
    }

    private mutating func append(_ number: Int64) {
        pending.append(addingCapacity: 20) { (text: inout OutputSpan<UInt8>) in
            if number < 0 { text.append(UInt8(ascii: "-")) }
            var divisor: UInt64 = 1
            while number.magnitude / divisor >= 10 { divisor *= 10 }
            while divisor > 0 {
                text.append(0x30 + UInt8(truncatingIfNeeded: number.magnitude / divisor % 10))
                divisor /= 10
            }
        }
    }

    private mutating func append(_ number: Double) {
        if let whole = Int64(exactly: number) { append(whole) } else { append(plain: Number.text(number) ?? "null") }
    }

    private mutating func append(_ slice: Slice) {
        guard slice.count >= JSONWriter.minSharedBytes else { return pending.append(contentsOf: slice) }
        flush()
        pieces.append(slice)
    }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        pieces.append(pending[...])
        pending = Bytes()
    }
}

// MARK: Trees

extension JSONWriter {
    private mutating func append(tree value: JSONValue) {
        switch value {
        case .null: append(fixed: "null")
        case .bool(let value): append(fixed: value ? "true" : "false")
        case .int(let value): append(value)
        case .double(let value): append(value)
        case .string(let value): JSONText.append(quoted: value, to: &pending)
        case .array(let elements): append(elements)
        case .object(let members): append(members)
        case .parsed(let json): append(json.raw)
        case .base64(let bytes): appendBase64(bytes, prefix: "")
        case .dataURI(let type, let bytes): appendBase64(bytes, prefix: "data:\(type.text);base64,")
        case .plain(let prefix, let text):
            append(plain: "\"" + prefix)
            append(text)
            append(UInt8(ascii: "\""))
        }
    }

    private mutating func append(_ elements: [JSONValue]) {
        append(UInt8(ascii: "["))
        for (place, element) in elements.enumerated() {
            if place > 0 { append(UInt8(ascii: ",")) }
            append(tree: element)
        }
        append(UInt8(ascii: "]"))
    }

    private mutating func append(_ members: [(name: String, value: JSONValue)]) {
        append(UInt8(ascii: "{"))
        for (place, member) in members.enumerated() {
            if place > 0 { append(UInt8(ascii: ",")) }
            JSONText.append(quoted: member.name, to: &pending)
            append(UInt8(ascii: ":"))
            append(tree: member.value)
        }
        append(UInt8(ascii: "}"))
    }

    private mutating func appendBase64(_ bytes: Slice, prefix: String) {
        append(plain: "\"" + prefix)
        pending.reserveCapacity(pending.count + bytes.count / 3 * 4 + 8)
        Base64.standard.append(bytes, to: &pending)
        append(UInt8(ascii: "\""))
    }
}

/// Writes a `JSONValue` as pieces: small parts are collected in one buffer, large parsed parts are not copied.
struct JSONWriter: ~Copyable {
    private var pieces = Pieces()
    private var pending = Bytes()
    /// Parsed parts from this size on become slices of their own.
    private static let minSharedBytes = 4096

    init() { pending.reserveCapacity(256) }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(plain: String(value))
        case .double(let value): append(plain: Number.text(value) ?? "null")
        case .string(let value): JSONText.append(quoted: value, to: &pending)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        case .parsed(let json): append(json.raw)
        case .base64(let bytes): appendBase64(bytes, prefix: "")
        case .dataURI(let type, let bytes): appendBase64(bytes, prefix: "data:\(type.text);base64,")
        case .plain(let prefix, let text):
            append(plain: "\"" + prefix)
            append(text)
            append("\"")
        }
    }

    consuming func finish() -> Pieces {
        flush()
        return pieces
    }

    private mutating func write(_ elements: [JSONValue]) {
        pending.append(UInt8(ascii: "["))
        for (place, element) in elements.enumerated() {
            if place > 0 { pending.append(UInt8(ascii: ",")) }
            write(element)
        }
        pending.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [(name: String, value: JSONValue)]) {
        pending.append(UInt8(ascii: "{"))
        for (place, member) in members.enumerated() {
            if place > 0 { pending.append(UInt8(ascii: ",")) }
            JSONText.append(quoted: member.name, to: &pending)
            pending.append(UInt8(ascii: ":"))
            write(member.value)
        }
        pending.append(UInt8(ascii: "}"))
    }

    private mutating func append(_ text: StaticString) {
        pending.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// For text that needs no escapes.
    private mutating func append(plain text: String) {
        var text = text
        text.withUTF8 { pending.append(contentsOf: $0) }
    }

    private mutating func append(_ slice: Slice) {
        guard slice.count >= JSONWriter.minSharedBytes else { return pending.append(contentsOf: slice) }
        flush()
        pieces.append(slice)
    }

    private mutating func appendBase64(_ bytes: Slice, prefix: String) {
        append(plain: "\"" + prefix)
        pending.reserveCapacity(pending.count + bytes.count / 3 * 4 + 8)
        Base64.standard.append(bytes, to: &pending)
        append("\"")
    }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        pieces.append(pending[...])
        pending = Bytes()
    }
}

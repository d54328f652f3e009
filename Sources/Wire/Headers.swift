/// Header fields of one message in the order of arrival. Illegal bytes cannot be stored, so a field can never carry a line break
/// (RFC 9110 §5). All fields share one buffer; a `String` is made only for what is asked for.
package struct Headers: Sendable, Equatable {
    private struct Entry: Equatable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    private var text: Bytes = []
    private var entries: [Entry] = []

    package init() {}

    package init(_ fields: [(HeaderName, String)]) {
        for (name, value) in fields { set(name, value) }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The first value of that name, or nil. Setting replaces every field of that name; nil removes them.
    /// A value with illegal bytes is stored with each of them replaced by a space.
    package subscript(name: HeaderName) -> String? {
        get { first(name).map { String(decoding: text[Int($0.value.lowerBound)..<Int($0.value.upperBound)], as: UTF8.self) } }
        set {
            remove(name)
            if let newValue { add(name, newValue) }
        }
    }

    package mutating func set(_ name: HeaderName, _ value: String) { self[name] = value }

    package func has(_ name: HeaderName) -> Bool { first(name) != nil }

    /// Every value of that name, in order.
    package func values(_ name: HeaderName) -> [String] {
        entries.filter { isNamed($0, name) }.map { string($0.value) }
    }

    /// Adds a field behind those that are there already.
    package mutating func add(_ name: HeaderName, _ value: String) {
        let start = Int32(text.count)
        text.append(contentsOf: name.text.utf8)
        let middle = Int32(text.count)
        text.append(contentsOf: value.utf8.lazy.map { Headers.isValueByte($0) ? $0 : 0x20 })
        entries.append(Entry(name: start..<middle, value: middle..<Int32(text.count)))
    }

    /// Stores a field as it came off the wire: the name is lower-cased, white space around the value dropped.
    /// Returns false, and stores nothing, if the name is not a token or the value has a byte that RFC 9110 §5.5 forbids.
    package mutating func add(rawName: Slice, rawValue: Slice) -> Bool {
        guard !rawName.isEmpty, rawName.allSatisfy(Headers.isTokenByte), rawValue.allSatisfy(Headers.isValueByte) else { return false }
        let value = Headers.trimmed(rawValue)
        let start = Int32(text.count)
        text.append(contentsOf: rawName.lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
        let middle = Int32(text.count)
        text.append(contentsOf: value)
        entries.append(Entry(name: start..<middle, value: middle..<Int32(text.count)))
        return true
    }

    package mutating func remove(_ name: HeaderName) {
        let kept = entries.filter { !isNamed($0, name) }
        if kept.count < entries.count { entries = kept }
    }

    /// Name and value of each field, in order; names in lower case.
    package var fields: [(name: String, value: String)] {
        entries.map { (string($0.name), string($0.value)) }
    }

    /// Calls back with the bytes of each field, in order, without making strings.
    package func forEachField(_ body: (_ name: Slice, _ value: Slice) -> Void) {
        for entry in entries { body(slice(entry.name), slice(entry.value)) }
    }

    package static func == (left: Headers, right: Headers) -> Bool {
        left.entries.count == right.entries.count
            && zip(left.entries, right.entries).allSatisfy { a, b in
                left.slice(a.name) == right.slice(b.name) && left.slice(a.value) == right.slice(b.value)
            }
    }

    private func first(_ name: HeaderName) -> Entry? { entries.first { isNamed($0, name) } }

    private func isNamed(_ entry: Entry, _ name: HeaderName) -> Bool {
        entry.name.count == name.text.utf8.count && slice(entry.name).elementsEqual(name.text.utf8)
    }

    private func slice(_ range: Range<Int32>) -> Slice { text[Int(range.lowerBound)..<Int(range.upperBound)] }
    private func string(_ range: Range<Int32>) -> String { String(decoding: slice(range), as: UTF8.self) }

    private static func trimmed(_ value: Slice) -> Slice {
        var value = value
        while let byte = value.first, byte == 0x20 || byte == 0x09 { value = value.dropFirst() }
        while let byte = value.last, byte == 0x20 || byte == 0x09 { value = value.dropLast() }
        return value
    }

    /// RFC 9110 §5.6.2.
    package static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// RFC 9110 §5.5: visible characters, space, tab and obs-text.
    package static func isValueByte(_ byte: UInt8) -> Bool { byte == 0x09 || (byte >= 0x20 && byte != 0x7F) }
}

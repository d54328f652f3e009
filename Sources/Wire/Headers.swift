/// Header fields of one message in the order of arrival. Illegal bytes cannot be stored, so a field can never carry a line break
/// (RFC 9110 §5). All fields share one buffer; a `String` is made on demand.
package struct Headers: Sendable, Equatable {
    /// The ranges of the name (in lower case) and the value of one field in the buffer.
    struct Entry: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    var text: Bytes = []
    var entries: [Entry] = []
    /// Whether `text` is exactly `name: value CRLF` for each entry in turn, so that writing it out is one copy.
    var isWireForm = true

    package init() {}

    package init(_ fields: [(HeaderName, String)]) {
        for (name, value) in fields { set(name, value) }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The first value of that name, or nil. Setting replaces every field of that name; nil removes them.
    /// A value with illegal bytes is stored with each of them replaced by a space.
    package subscript(name: HeaderName) -> String? {
        get { place(of: name).map { string(entries[$0].value) } }
        set {
            remove(name)
            if let newValue { add(name, newValue) }
        }
    }

    package mutating func set(_ name: HeaderName, _ value: String) { self[name] = value }

    package func has(_ name: HeaderName) -> Bool { place(of: name) != nil }

    /// The bytes of the first value of that name, or nil.
    package func bytes(_ name: HeaderName) -> Slice? { place(of: name).map { text[entries[$0].value] } }

    /// Every value of that name, in order.
    package func values(_ name: HeaderName) -> [String] {
        var found: [String] = []
        var start = 0
        while let place = place(of: name, from: start) {
            found.append(string(entries[place].value))
            start = place + 1
        }
        return found
    }

    /// Appends a field.
    package mutating func add(_ name: HeaderName, _ value: String) {
        var value = value
        value.withUTF8 { append(name: name, value: $0) }
    }

    /// Adds a field whose value is a number, such as `content-length`.
    package mutating func add(_ name: HeaderName, _ value: Int64) { add(name, String(value)) }

    /// Adds a received field: lower-cases the name and drops white space around the value.
    /// - Returns: false, with nothing stored, if the name is not a token or the value has a byte that RFC 9110 §5.5 forbids.
    package mutating func add(rawName: Slice, rawValue: Slice) -> Bool {
        guard !rawName.isEmpty, rawName.allSatisfy(Headers.isTokenByte), rawValue.allSatisfy(Headers.isValueByte) else { return false }
        let start = text.count
        for byte in rawName { text.append(Headers.lowered(byte)) }
        appendValue(Headers.trimmed(rawValue), nameFrom: start)
        return true
    }

    package mutating func remove(_ name: HeaderName) {
        guard has(name) else { return }
        let wanted = Bytes(name.text.utf8)
        removeAllExcept { $0 != wanted[...] }
    }

    /// Name and value of each field, in order; names in lower case.
    package var fields: [(name: String, value: String)] {
        entries.map { (string($0.name), string($0.value)) }
    }

    /// Calls `body` with the bytes of each field, in order, without making strings.
    package func forEachField(_ body: (_ name: Slice, _ value: Slice) -> Void) {
        for entry in entries { body(text[entry.name], text[entry.value]) }
    }

    /// The same without reference counting; the spans must not escape the closure.
    package func forEachSpan(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        let text = text.span
        for entry in entries { body(text.extracting(entry.name), text.extracting(entry.value)) }
    }

    package static func == (left: Headers, right: Headers) -> Bool {
        left.entries.count == right.entries.count
            && zip(left.entries, right.entries).allSatisfy { a, b in
                left.text[a.name] == right.text[b.name] && left.text[a.value] == right.text[b.value]
            }
    }

    // MARK: Storage

    /// Keeps the fields for whose name `isWanted` returns true, and leaves the buffer in wire form.
    mutating func removeAllExcept(where isWanted: (_ name: Slice) -> Bool) {
        let old = self
        self = Headers()
        text.reserveCapacity(old.text.count)
        for entry in old.entries where isWanted(old.text[entry.name]) {
            let start = text.count
            text.append(contentsOf: old.text[entry.name])
            appendValue(old.text[entry.value], nameFrom: start)
        }
    }

    private mutating func append(name: HeaderName, value: UnsafeBufferPointer<UInt8>) {
        if entries.isEmpty {
            text.reserveCapacity(256)
            entries.reserveCapacity(8)
        }
        let start = text.count
        var name = name.text
        let middle = name.withUTF8 { name in
            // The whole line in one step: six appends would check and grow the buffer six times.
            text.append(addingCapacity: name.count + value.count + 4) { (line: inout OutputSpan<UInt8>) in
                line.append(copying: name)
                line.append(0x3A)
                line.append(0x20)
                line.append(copying: value)
                line.append(0x0D)
                line.append(0x0A)
            }
            return start + name.count
        }
        let range = (middle + 2)..<(text.count - 2)
        entries.append(Entry(name: start..<middle, value: range))
        blankIllegalBytes(in: range)
    }

    private mutating func blankIllegalBytes(in value: Range<Int>) {
        var place = ByteScan.endOfValue(text.span, from: value.lowerBound)
        while place < value.upperBound {
            text[place] = 0x20
            place = ByteScan.endOfValue(text.span, from: place)
        }
    }

    /// Completes the field whose legal name has been written from `start` on.
    mutating func appendValue(_ value: some Collection<UInt8>, nameFrom start: Int) {
        let middle = text.count
        text.append(0x3A)
        text.append(0x20)
        text.append(contentsOf: value)
        entries.append(Entry(name: start..<middle, value: (middle + 2)..<text.count))
        text.append(0x0D)
        text.append(0x0A)
    }

    /// The first field of that name at or after `start`.
    private func place(of name: HeaderName, from start: Int = 0) -> Int? {
        var wanted = name.text
        return wanted.withUTF8 { wanted in
            let text = text.span
            // The length first: it excludes nearly every field.
            for place in start..<entries.count {
                let range = entries[place].name
                if range.count == wanted.count, Headers.isEqual(text.extracting(range), wanted.span) { return place }
            }
            return nil
        }
    }

    static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for place in left.indices where left[place] != right[place] { return false }
        return true
    }

    private func string(_ range: Range<Int>) -> String { Headers.text(text[range]) }

    /// A field value that is not UTF-8 is read as ISO-8859-1, which HTTP once prescribed (RFC 9110 §5.5): no two values become the same
    /// text.
    static func text(_ value: Slice) -> String {
        String(validating: value, as: UTF8.self) ?? String(String.UnicodeScalarView(value.map { Unicode.Scalar($0) }))
    }

    static func trimmed(_ value: Slice) -> Slice {
        var value = value
        while let byte = value.first, byte == 0x20 || byte == 0x09 { value = value.dropFirst() }
        while let byte = value.last, byte == 0x20 || byte == 0x09 { value = value.dropLast() }
        return value
    }

    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

extension Headers {
    /// RFC 9110 §5.6.2.
    package static func isTokenByte(_ byte: UInt8) -> Bool { ByteScan.isToken(byte) }

    /// RFC 9110 §5.5: visible characters, space, tab and obs-text.
    package static func isValueByte(_ byte: UInt8) -> Bool { byte == 0x09 || (byte >= 0x20 && byte != 0x7F) }
}

extension Headers {
    /// Adds a field from borrowed bytes, as HTTP/2 has it: the name in lower case, the value without white space around it.
    /// - Returns: false, with nothing stored, if that is violated or a byte is illegal (RFC 9110 §5.1, §5.5; RFC 9113 §8.2.1).
    package mutating func add(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool {
        let (letters, bytes) = (name.span, value.span)
        guard letters.count > 0, ByteScan.endOfToken(letters, from: 0) == letters.count,
            ByteScan.endOfValue(bytes, from: 0) == bytes.count
        else { return false }
        for place in letters.indices where letters[place] &- 0x41 < 26 { return false }
        if let first = value.first, let last = value.last, first <= 0x20 || last <= 0x20 { return false }
        if entries.isEmpty {
            text.reserveCapacity(512)
            entries.reserveCapacity(12)
        }
        let start = text.count
        text.append(contentsOf: name)
        appendValue(value, nameFrom: start)
        return true
    }

    /// Lends the buffer with all fields; `place` gives their ranges.
    package func withUnsafeText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        text.withUnsafeBufferPointer(body)
    }

    /// The ranges of the name and the value of a field in the buffer.
    package func place(_ index: Int) -> (name: Range<Int>, value: Range<Int>) { (entries[index].name, entries[index].value) }
}

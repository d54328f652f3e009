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

/// Compares received bytes with words of the protocol, which must be given in lower case.
enum ASCIIText {
    /// Whether the bytes are that word, ignoring case.
    static func isEqual(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        bytes.count == word.utf8CodeUnitCount && hasPrefix(bytes, word)
    }

    /// Whether two texts are equal, ignoring case.
    static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for place in left.indices where lowered(left[place]) != lowered(right[place]) { return false }
        return true
    }

    static func hasPrefix(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        guard bytes.count >= word.utf8CodeUnitCount else { return false }
        for place in 0..<word.utf8CodeUnitCount where lowered(bytes[place]) != word.utf8Start[place] { return false }
        return true
    }

    /// Whether a comma-separated list contains that word.
    static func list(_ bytes: Span<UInt8>, has word: StaticString) -> Bool {
        var isThere = false
        members(bytes) { if isEqual(bytes.extracting($0), word) { isThere = true } }
        return isThere
    }

    /// Calls `body` with the range of each member of a comma-separated list, without white space around it (RFC 9110 §5.6.1). Two commas in
    /// a row, or one at the end, give an empty member.
    static func members(_ bytes: Span<UInt8>, _ body: (Range<Int>) -> Void) {
        var start = 0
        while start <= bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x2C { end += 1 }
            body(trimmed(bytes, start..<end))
            start = end + 1
        }
    }

    /// Whether `chunked` is the last member of a list.
    static func endsWithChunked(_ bytes: Span<UInt8>) -> Bool {
        var start = bytes.count
        while start > 0, bytes[start - 1] != 0x2C { start -= 1 }
        return isEqual(bytes.extracting(trimmed(bytes, start..<bytes.count)), "chunked")
    }

    static func string(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// A decimal number of digits only; nil if it is not one or exceeds 63 bits.
    static func decimal(_ bytes: Span<UInt8>) -> Int64? {
        guard bytes.count > 0, bytes.count <= 19 else { return nil }
        var value: Int64 = 0
        for place in bytes.indices {
            let digit = bytes[place] &- 0x30
            guard digit < 10 else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeStill) = tens.addingReportingOverflow(Int64(digit))
            guard !isTooLarge, !isTooLargeStill else { return nil }
            value = sum
        }
        return value
    }

    private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while start < end, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

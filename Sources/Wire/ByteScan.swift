/// The byte loops of header fields, eight bytes at a time in one word.
enum ByteScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first byte from `start` on that cannot stand in a field value (RFC 9110 §5.5); `bytes.count` if there is none.
    static func endOfValue(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        let raw = bytes.bytes
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
            // A byte below 0x20 borrows from its top bit; a byte equal to 0x7F becomes zero and does the same. The lowest mark is
            // always true, marks above it may be carried over.
            let deleted = word ^ (ones &* 0x7F)
            let marks = ((word &- ones &* 0x20) & ~word | (deleted &- ones) & ~deleted) & tops
            if marks == 0 {
                place += 8
                continue
            }
            place += marks.trailingZeroBitCount / 8
            guard bytes[place] == 0x09 else { return place }
            place += 1
        }
        while place < bytes.count, Headers.isValueByte(bytes[place]) { place += 1 }
        return place
    }

    /// The first byte from `start` on that is not a token's (RFC 9110 §5.6.2); `bytes.count` if there is none.
    static func endOfToken(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place < bytes.count, isToken(bytes[place]) { place += 1 }
        return place
    }

    /// A table and not a row of comparisons: two thirds of the time that a head takes went into them.
    static func isToken(_ byte: UInt8) -> Bool { tokens.utf8Start[Int(byte)] != 0x28 }

    /// Turns the capital letters of a range into small ones.
    static func lower(_ bytes: inout MutableSpan<UInt8>, _ range: Range<Int>) {
        var place = range.lowerBound
        while place + 8 <= range.upperBound {
            var raw = bytes.mutableBytes
            let word = raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            // In each byte of seven bits: the top bit is set by 0x3F if it is at least `A`, by 0x25 if it is beyond `Z`.
            let low = word & ~tops
            let capitals = (low &+ ones &* 0x3F) & ~(low &+ ones &* 0x25) & ~word & tops
            if capitals != 0 { raw.storeBytes(of: word | capitals >> 2, toByteOffset: place, as: UInt64.self) }
            place += 8
        }
        while place < range.upperBound {
            bytes[place] = Headers.lowered(bytes[place])
            place += 1
        }
    }

    /// One character for each of the 256 bytes: itself if it is a token's, else a parenthesis, which is none.
    private static let tokens: StaticString = """
        (((((((((((((((((((((((((((((((((!(#$%&'((*+(-.(0123456789((((((\
        (ABCDEFGHIJKLMNOPQRSTUVWXYZ(((^_`abcdefghijklmnopqrstuvwxyz(|(~(\
        ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((\
        ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
        """
}

/// The byte loops of the JSON parser, thirty-two bytes at a time where the text is plain.
enum JSONScan {
    /// The first position from `start` on that holds a quote, a backslash or a control character; `bytes.count` if there is none.
    static func endOfPlainRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        let raw = UnsafeRawBufferPointer(bytes)
        while position + 32 <= bytes.count {
            let block = raw.loadUnaligned(fromByteOffset: position, as: SIMD32<UInt8>.self)
            let stop = (block .== UInt8(ascii: "\"")) .| (block .== UInt8(ascii: "\\")) .| (block .< 0x20)
            if any(stop) { break }
            position += 32
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            position += 1
        }
        return position
    }

    /// Whether the range is well-formed UTF-8 (RFC 3629); ASCII runs are skipped in blocks.
    static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var position = range.lowerBound
        while position < range.upperBound {
            if position + 32 <= range.upperBound {
                let block = raw.loadUnaligned(fromByteOffset: position, as: SIMD32<UInt8>.self)
                if !any(block .>= 0x80) {
                    position += 32
                    continue
                }
            }
            let length = sequenceLength(bytes, position, range.upperBound)
            if length == 0 { return false }
            position += length
        }
        return true
    }

    static func isHex(_ byte: UInt8) -> Bool { hexValue(byte) != nil }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// The length of the well-formed sequence at `position` (Unicode 15, table 3-7); 0 if there is none.
    private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ end: Int) -> Int {
        let first = bytes[position]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard position + length <= end, second.contains(bytes[position + 1]) else { return 0 }
        for offset in 2..<max(2, length) where !(0x80...0xBF).contains(bytes[position + offset]) { return 0 }
        return length
    }
}

/// The byte loops of JSON texts, a block at a time.
enum JSONScan {
    /// The first position from `start` on that holds a quote, a backslash or a control character; `bytes.count` if there is none.
    /// `sawOthers` becomes true if it has passed a byte beyond ASCII, and sometimes if one follows shortly after the end.
    @inline(__always)
    static func endOfPlainRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, sawOthers: inout Bool) -> Int {
        var position = start
        let raw = UnsafeRawBufferPointer(bytes)
        var others = Block().nonASCII
        while position + Block.count <= bytes.count {
            let block = Block(raw, at: position)
            others .|= block.nonASCII
            let stops = (block .== .all(UInt8(ascii: "\""))) .| (block .== .all(UInt8(ascii: "\\"))) .| (block .< .all(0x20))
            if let place = stops.marks.firstMarked {
                sawOthers = sawOthers || !others.isEmpty
                return position + place
            }
            position += Block.count
        }
        var tail: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            tail |= byte
            position += 1
        }
        sawOthers = sawOthers || tail > 0x7F || !others.isEmpty
        return position
    }

    /// Whether the range is well-formed UTF-8 (RFC 3629); ASCII is skipped in blocks.
    static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        firstNotUTF8(bytes, range) == nil
    }

    /// The offset of the first malformed sequence.
    static func firstNotUTF8(_ bytes: Bytes) -> Int? { bytes.withUnsafeBufferPointer { firstNotUTF8($0, 0..<$0.count) } }

    private static func firstNotUTF8(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        let raw = UnsafeRawBufferPointer(bytes)
        var position = range.lowerBound
        while position < range.upperBound {
            if bytes[position] < 0x80 {
                position = endOfASCII(raw, position..<range.upperBound)
                continue
            }
            let length = sequenceLength(bytes, position, end: range.upperBound)
            if length == 0 { return position }
            position += length
        }
        return nil
    }

    private static func endOfASCII(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position + Block.count <= range.upperBound {
            if let place = Block(raw, at: position).nonASCII.marks.firstMarked { return position + place }
            position += Block.count
        }
        while position < range.upperBound, raw[position] < 0x80 { position += 1 }
        return position
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

    /// The length of the well-formed sequence of several bytes at `position` (Unicode 15, table 3-7); 0 if there is none.
    @inline(__always)
    private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, end: Int) -> Int {
        let second = position + 1 < end ? bytes[position + 1] : 0
        switch bytes[position] {
        case 0xC2...0xDF: return isTrail(second) ? 2 : 0
        case 0xE0: return (0xA0...0xBF).contains(second) && isTrail(bytes, position + 2, end: end) ? 3 : 0
        case 0xED: return (0x80...0x9F).contains(second) && isTrail(bytes, position + 2, end: end) ? 3 : 0
        case 0xE1...0xEF: return isTrail(second) && isTrail(bytes, position + 2, end: end) ? 3 : 0
        case 0xF0: return (0x90...0xBF).contains(second) && areTrails(bytes, position + 2, end: end) ? 4 : 0
        case 0xF1...0xF3: return isTrail(second) && areTrails(bytes, position + 2, end: end) ? 4 : 0
        case 0xF4: return (0x80...0x8F).contains(second) && areTrails(bytes, position + 2, end: end) ? 4 : 0
        default: return 0
        }
    }

    @inline(__always)
    private static func isTrail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    @inline(__always)
    private static func isTrail(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, end: Int) -> Bool {
        position < end && isTrail(bytes[position])
    }

    @inline(__always)
    private static func areTrails(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, end: Int) -> Bool {
        isTrail(bytes, position, end: end) && isTrail(bytes, position + 1, end: end)
    }
}

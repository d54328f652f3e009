/// The escapes of JSON strings (RFC 8259 §7), both ways.
enum JSONText {
    /// Decodes the escapes of a string that the parser has validated. Lone surrogates become U+FFFD.
    static func unescaped(_ text: Slice) -> Bytes {
        var result = Bytes()
        result.reserveCapacity(text.count)
        text.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                let end = endOfRun(bytes, from: position)
                result.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<end]))
                position = end
                if position < bytes.count { undo(bytes, &position, into: &result) }
            }
        }
        return result
    }

    /// Appends a string with its quotes.
    static func append(quoted text: String, to bytes: inout Bytes) {
        var text = text
        text.withUTF8 { utf8 in
            if isPlain(utf8) { return appendPlain(quoted: utf8, to: &bytes) }
            bytes.append(UInt8(ascii: "\""))
            var position = 0
            while position < utf8.count {
                let end = endOfRun(utf8, from: position)
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[position..<end]))
                if end < utf8.count { append(escapeOf: utf8[end], to: &bytes) }
                position = end + 1
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { endOfRun(bytes, from: 0) == bytes.count }

    /// Names and most values: in one step.
    private static func appendPlain(quoted text: UnsafeBufferPointer<UInt8>, to bytes: inout Bytes) {
        bytes.append(addingCapacity: text.count + 2) { (bytes: inout OutputSpan<UInt8>) in
            bytes.append(UInt8(ascii: "\""))
            bytes.append(copying: text)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private static func endOfRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var sawOthers = false
        return JSONScan.endOfPlainRun(bytes, from: start, sawOthers: &sawOthers)
    }

    private static func undo(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, into result: inout Bytes) {
        let escape = bytes[position + 1]
        position += 2
        switch escape {
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result.append(contentsOf: UTF8.encode(scalar(bytes, &position)) ?? UTF8.encodedReplacementCharacter)
        default: result.append(escape)
        }
    }

    /// Reads the four digits after `\u`, and a second escape if the first is a high surrogate.
    private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Unicode.Scalar {
        let unit = hex(bytes, position)
        position += 4
        let isPair =
            0xD800..<0xDC00 ~= unit && position + 6 <= bytes.count && bytes[position] == UInt8(ascii: "\\")
            && bytes[position + 1] == UInt8(ascii: "u")
        guard isPair else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let low = hex(bytes, position + 2)
        guard 0xDC00..<0xE000 ~= low else { return "\u{FFFD}" }
        position += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private static func hex(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> UInt32 {
        (position..<position + 4).reduce(0) { $0 << 4 | UInt32(JSONScan.hexValue(bytes[$1]) ?? 0) }
    }

    private static func append(escapeOf byte: UInt8, to bytes: inout Bytes) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default: bytes.append(contentsOf: "u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
        }
    }
}

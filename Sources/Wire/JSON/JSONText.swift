/// The escapes of JSON strings (RFC 8259 §7), both ways.
enum JSONText {
    /// Undoes the escapes of a string that the parser has validated. Lone surrogates become U+FFFD.
    static func unescaped(_ text: Slice) -> String {
        var result = Bytes()
        result.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: String(character(&rest)).utf8)
            default: result.append(escape)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Reads the four digits behind `\u`, and a second escape if the first is a high surrogate.
    private static func character(_ rest: inout Slice) -> Character {
        let unit = hex(&rest)
        guard (0xD800..<0xDC00).contains(unit) else { return UnicodeScalar(unit).map(Character.init) ?? "\u{FFFD}" }
        var ahead = rest
        guard ahead.popFirst() == UInt8(ascii: "\\"), ahead.popFirst() == UInt8(ascii: "u") else { return "\u{FFFD}" }
        let low = hex(&ahead)
        guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
        rest = ahead
        return UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)).map(Character.init) ?? "\u{FFFD}"
    }

    private static func hex(_ rest: inout Slice) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = rest.popFirst() ?? 0x30
            let digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x61 + 10
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Appends a string with its quotes.
    static func append(quoted text: some Sequence<UInt8>, to bytes: inout Bytes) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20: bytes.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Percent-encoding (RFC 3986 §2.1).
package enum Percent {
    /// Encodes everything but unreserved characters and the ASCII ones named in `allowing`.
    package static func encoded(_ text: String, allowing: String = "") -> String {
        let allowed = Bytes(allowing.utf8.filter { $0 < 0x80 })
        return encoded(Bytes(text.utf8)[...]) { isUnreserved($0) || allowed.contains($0) }
    }

    /// Encodes every byte for which `keeping` returns false. It must return true for ASCII only.
    static func encoded(_ text: Slice, keeping: (UInt8) -> Bool) -> String {
        if text.allSatisfy(keeping) { return String(decoding: text, as: UTF8.self) }
        var result = Bytes()
        result.reserveCapacity(text.count)
        for byte in text {
            if keeping(byte) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(hexDigit(byte >> 4))
                result.append(hexDigit(byte & 15))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Decodes `%41`; a `%` without two hex digits is kept. Bytes that are not UTF-8 become U+FFFD.
    package static func decoded(_ text: Slice, plusIsSpace: Bool = false) -> String {
        String(decoding: bytes(text, plusIsSpace: plusIsSpace), as: UTF8.self)
    }

    /// As `decoded`, for bytes that need not be text.
    package static func bytes(_ text: Slice, plusIsSpace: Bool = false) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(text.count)
        var place = text.startIndex
        while place < text.endIndex {
            if text[place] == UInt8(ascii: "%"), let byte = byte(text, at: place) {
                bytes.append(byte)
                place += 3
            } else {
                bytes.append(plusIsSpace && text[place] == UInt8(ascii: "+") ? 0x20 : text[place])
                place += 1
            }
        }
        return bytes
    }

    /// The offset at which the decoded text is not UTF-8; nil if all of it is.
    package static func firstNotUTF8(_ text: Slice) -> Int? {
        let decoded = bytes(text)
        guard let wrong = JSONScan.firstNotUTF8(decoded) else { return nil }
        var place = text.startIndex
        for _ in 0..<wrong { place += text[place] == UInt8(ascii: "%") && byte(text, at: place) != nil ? 3 : 1 }
        return place
    }

    /// How many bytes `bytes` returns for a text.
    static func decodedCount(_ text: Slice) -> Int {
        var count = 0
        var place = text.startIndex
        while place < text.endIndex {
            place += text[place] == UInt8(ascii: "%") && byte(text, at: place) != nil ? 3 : 1
            count += 1
        }
        return count
    }

    /// The byte of the two hex digits after the `%` at `place`; nil without them.
    static func byte(_ text: Slice, at place: Int) -> UInt8? {
        guard place + 2 < text.endIndex, let high = hexValue(text[place + 1]), let low = hexValue(text[place + 2]) else { return nil }
        return high << 4 | low
    }

    package static func decoded(_ text: Substring) -> String {
        var text = text
        guard text.withUTF8({ $0.contains(UInt8(ascii: "%")) }) else { return String(text) }
        return decoded(Bytes(text.utf8)[...])
    }

    package static func decoded(_ text: String) -> String { decoded(text[...]) }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value - 10 + 0x41 }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

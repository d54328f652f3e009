/// The grammar of `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2), without user information.
enum HostText {
    static func isLegal(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0 else { return false }
        var place = 0
        if text[0] == 0x5B {
            place = 1
            while place < text.count, isLiteralByte(text[place]) { place += 1 }
            guard place > 1, place < text.count, text[place] == 0x5D else { return false }
            place += 1
        } else {
            while place < text.count, isNameByte(text[place]) { place += 1 }
            guard place > 0 else { return false }
        }
        guard place < text.count else { return true }
        guard text[place] == 0x3A else { return false }
        return isPort(text, from: place + 1)
    }

    /// Decimal digits up to 65535; none means the scheme's default port (RFC 3986 §3.2.3).
    private static func isPort(_ text: Span<UInt8>, from start: Int) -> Bool {
        guard text.count - start <= 5 else { return false }
        var number = 0
        for place in start..<text.count {
            guard text[place] &- 0x30 < 10 else { return false }
            number = number * 10 + Int(text[place] &- 0x30)
        }
        return number <= Int(UInt16.max)
    }

    /// reg-name and IPv4 addresses: unreserved, sub-delims, percent-encoded.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte < 64 ? 0x2BFF_7FF2_0000_0000 : 0x47FF_FFFE_87FF_FFFE
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }

    /// The bytes allowed between the brackets of an IPv6 address.
    private static func isLiteralByte(_ byte: UInt8) -> Bool {
        HexDigit.value(byte) != nil || byte == 0x3A || byte == 0x2E
    }
}

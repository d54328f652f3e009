/// Normalizes base64 from clients to the form that every vendor accepts: the standard alphabet, padded, nothing else (RFC 4648 §4). Text
/// that has this form already is scanned once, and neither copied nor decoded.
package struct Base64Text: Sendable, Equatable {
    package let text: Slice

    /// Accepts the alphabet of base64url, missing padding, white space, percent-encoding, and set bits after the last byte.
    /// - Throws: for any other character, for padding that is not at the end, and for an impossible length.
    package init(_ text: Slice) throws(Base64Error) {
        self.text = Base64Text.isStrict(text) ? text : try Base64Text.repaired(text)
    }

    /// How many bytes the text decodes to.
    package var byteCount: Int { text.count / 4 * 3 - text.suffix(2).count { $0 == UInt8(ascii: "=") } }

    package func decoded() throws(Base64Error) -> Bytes { try Base64.standard.decode(text) }

    /// The first `count` bytes and up to two more, or all if there are fewer.
    package func decodedPrefix(_ count: Int) throws(Base64Error) -> Bytes {
        try Base64.standard.decode(text.prefix((count + 2) / 3 * 4))
    }

    private static func isStrict(_ text: Slice) -> Bool {
        guard text.count % 4 == 0 else { return false }
        var body = text
        while text.count - body.count < 2, body.last == UInt8(ascii: "=") { body.removeLast() }
        guard let last = body.last else { return true }
        return isAlphabet(body) && value(last) & spareBits(in: body.count) == 0
    }

    private static func isAlphabet(_ text: Slice) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var place = 0
            while place + Block.count <= bytes.count {
                let block = Block(raw, at: place)
                let isLetter = (block &- .all(UInt8(ascii: "a"))) .< .all(26) .| (block &- .all(UInt8(ascii: "A"))) .< .all(26)
                let isDigitOrSlash = (block &- .all(UInt8(ascii: "/"))) .< .all(11)
                let isLegal = isLetter .| isDigitOrSlash .| (block .== .all(UInt8(ascii: "+")))
                guard isLegal.isFull else { return false }
                place += Block.count
            }
            while place < bytes.count {
                guard value(bytes[place]) < 64 else { return false }
                place += 1
            }
            return true
        }
    }

    private static func repaired(_ text: Slice) throws(Base64Error) -> Slice {
        var result = Bytes()
        result.reserveCapacity(text.count + 3)
        var padding = 0
        var place = text.startIndex
        while place < text.endIndex {
            let offset = place - text.startIndex
            let byte = next(text, &place)
            switch byte {
            case 0x09, 0x0A, 0x0D, 0x20: continue
            case UInt8(ascii: "="): padding += 1
            case UInt8(ascii: "-"): result.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): result.append(UInt8(ascii: "/"))
            default:
                guard value(byte) < 64 else { throw Base64Error(offset: offset) }
                result.append(byte)
            }
            guard padding == 0 || byte == UInt8(ascii: "=") else { throw Base64Error(offset: offset) }
        }
        let missing = (4 - result.count % 4) % 4
        guard missing < 3, padding == 0 || padding == missing else { throw Base64Error(offset: text.count) }
        if let last = result.last { result[result.count - 1] = character(value(last) & ~spareBits(in: result.count)) }
        result.append(contentsOf: repeatElement(UInt8(ascii: "="), count: missing))
        return result[...]
    }

    /// The byte at `place`, percent-decoded; moves `place` past it.
    private static func next(_ text: Slice, _ place: inout Int) -> UInt8 {
        let byte = text[place]
        if byte == UInt8(ascii: "%"), let decoded = Percent.byte(text, at: place) {
            place += 3
            return decoded
        }
        place += 1
        return byte
    }

    /// The bits of the last of `count` characters that belong to no byte.
    private static func spareBits(in count: Int) -> UInt8 {
        switch count % 4 {
        case 2: 0b1111
        case 3: 0b11
        default: 0
        }
    }

    /// 0...63 for the standard alphabet, else 255.
    private static func value(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 255
        }
    }

    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: value + UInt8(ascii: "A")
        case 26..<52: value - 26 + UInt8(ascii: "a")
        case 52..<62: value - 52 + UInt8(ascii: "0")
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}

/// The two variants of base64 that this program reads and writes (RFC 4648). Both are strict, so that each byte string has exactly one
/// text: no line breaks, no characters outside the alphabet, no unused bits that are not zero, and exact padding.
package enum Base64: Sendable {
    /// RFC 4648 §4: `+` and `/`, padded with `=` to a multiple of four characters. Data URIs and vendors' inline videos.
    case standard
    /// RFC 4648 §5: `-` and `_`, never padded. Job ids and JSON Web Tokens (RFC 7515 §2).
    case url

    /// Appends the characters for `bytes`.
    package func append(_ bytes: Slice, to text: inout Bytes) {
        var encoder = Base64Encoder(self)
        encoder.encode(bytes, into: &text)
        encoder.finish(into: &text)
    }

    /// The characters for `bytes`.
    package func encode(_ bytes: Slice) -> Bytes {
        var text = Bytes()
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes, to: &text)
        return text
    }

    package func encode(_ bytes: Bytes) -> Bytes { encode(bytes[...]) }

    /// The characters for `bytes` as a string.
    package func text(_ bytes: Bytes) -> String { text(bytes[...]) }

    /// The decoded bytes.
    package func decode(_ text: Slice) throws(Base64Error) -> Bytes {
        var decoder = Base64Decoder(self)
        var bytes = Bytes()
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        try decoder.decode(text, into: &bytes)
        try decoder.finish(into: &bytes)
        return bytes
    }

    package func decode(_ text: Bytes) throws(Base64Error) -> Bytes { try decode(text[...]) }

    package func decode(_ text: String) throws(Base64Error) -> Bytes { try decode(Bytes(text.utf8)) }

    var isPadded: Bool { self == .standard }

    /// The character of each six-bit value.
    var characters: Bytes { self == .standard ? Base64.standardCharacters : Base64.urlCharacters }

    /// The six-bit value of each character, `invalid` for every other byte.
    var values: [UInt32] { self == .standard ? Base64.standardValues : Base64.urlValues }

    /// Above every value that four shifted sextets can reach.
    static let invalid: UInt32 = 1 << 31

    private static let standardCharacters = Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlCharacters = Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let standardValues = inverse(standardCharacters)
    private static let urlValues = inverse(urlCharacters)

    private static func inverse(_ characters: Bytes) -> [UInt32] {
        var values = [UInt32](repeating: invalid, count: 256)
        for (value, character) in characters.enumerated() { values[Int(character)] = UInt32(value) }
        return values
    }
}

/// The position of an error in a base64 text.
package struct Base64Error: Error, Equatable {
    /// Zero-based position of the first invalid character in the whole text; its length if the text is incomplete.
    package let offset: Int

    package init(offset: Int) { self.offset = offset }
}

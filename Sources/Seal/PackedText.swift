import Wire

/// A text in the shortest of several encodings. Ids are limited to 255 characters, and hold mostly UUIDs, hexadecimal numbers, tokens of
/// letters and digits, and model names.
struct PackedText {
    enum Kind: UInt8 {
        case utf8
        /// `Alphabet.token`.
        case token
        /// `Alphabet.name`.
        case name
        /// `Alphabet.hex`, which includes decimal numbers.
        case hex
        /// A UUID in lower case: sixteen bytes.
        case uuid
        /// An earlier text; the count is its index.
        case same
        /// Another text, `/`, and an earlier one; the count is the index of the latter.
        case below
    }

    let kind: Kind
    /// Characters, or the index of the earlier text.
    let count: Int
    var bytes = Bytes()
    /// The text before the slash of `below`.
    var prefix: Bytes?

    /// Texts as their bytes: to `String`, differently composed letters are equal.
    init(_ text: Bytes, after earlier: [Bytes]) {
        if let index = earlier.firstIndex(of: text) {
            (kind, count) = (.same, index)
            return
        }
        if let index = earlier.firstIndex(where: { PackedText.isBelow(text, $0) }) {
            (kind, count) = (.below, index)
            prefix = text.dropLast(earlier[index].count + 1)
            return
        }
        // From the shortest encoding to the longest.
        for kind in Kind.packing {
            guard let packed = kind.pack(text), packed.count < text.count else { continue }
            (self.kind, bytes) = (kind, packed)
            count = kind == .uuid ? 0 : text.count
            return
        }
        (kind, count, bytes) = (.utf8, text.count, text)
    }

    private static func isBelow(_ text: Bytes, _ end: Bytes) -> Bool {
        let slash = text.count - end.count - 1
        return !end.isEmpty && slash >= 0 && text[slash] == UInt8(ascii: "/") && text[(slash + 1)...].elementsEqual(end)
    }
}

extension PackedText.Kind {
    fileprivate static let packing = [Self.uuid, .hex, .token, .name]

    private var alphabet: Alphabet? {
        switch self {
        case .token: .token
        case .name: .name
        case .hex: .hex
        case .utf8, .uuid, .same, .below: nil
        }
    }

    /// The indices of a UUID's dashes.
    private static let dashes = [8, 13, 18, 23]

    /// How many bytes `count` characters take; nil for an invalid count.
    func size(of count: Int) -> Int? {
        switch self {
        case .utf8: count
        case .uuid: count == 0 ? 16 : nil
        default: alphabet?.size(of: count)
        }
    }

    /// Nil if this encoding cannot hold the text.
    fileprivate func pack(_ text: Bytes) -> Bytes? {
        guard self == .uuid else { return alphabet?.pack(text) }
        guard text.count == 36, Self.dashes.allSatisfy({ text[$0] == UInt8(ascii: "-") }) else { return nil }
        var digits = text
        for place in Self.dashes.reversed() { digits.remove(at: place) }
        return Alphabet.hex.pack(digits)
    }

    /// Nil for bytes that `pack` cannot have made.
    func unpack(_ bytes: Slice, count: Int) -> String? {
        switch self {
        case .utf8: return String(validating: bytes, as: UTF8.self)
        case .uuid:
            guard var text = Alphabet.hex.unpack(bytes, count: 32) else { return nil }
            for place in Self.dashes { text.insert(UInt8(ascii: "-"), at: place) }
            return String(decoding: text, as: UTF8.self)
        default: return alphabet?.unpack(bytes, count: count).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}

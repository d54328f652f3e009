import Wire

/// A text in the shortest of a few forms. Ids have 255 characters, and what fills them is mostly UUIDs, hexadecimal numbers, tokens of
/// letters and digits, and the names of models.
struct PackedText {
    enum Kind: UInt8 {
        case utf8
        /// `Alphabet.token`.
        case token
        /// `Alphabet.name`.
        case name
        /// `Alphabet.hex`; so all decimal numbers too.
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
    /// What stands before the slash of `below`.
    var prefix: String?

    init(_ text: String, after earlier: [String]) {
        // Compared as bytes: to `String`, differently composed letters are equal.
        let plain = Bytes(text.utf8)
        let earlier = earlier.map { Bytes($0.utf8) }
        if let index = earlier.firstIndex(of: plain) {
            (kind, count) = (.same, index)
            return
        }
        if let index = earlier.firstIndex(where: { !$0.isEmpty && plain.reversed().starts(with: $0.reversed() + [UInt8(ascii: "/")]) }) {
            (kind, count) = (.below, index)
            prefix = String(decoding: plain.dropLast(earlier[index].count + 1), as: UTF8.self)
            return
        }
        var best = (kind: Kind.utf8, bytes: plain)
        for kind in [Kind.uuid, .hex, .token, .name] {
            if let bytes = kind.pack(plain), bytes.count < best.bytes.count { best = (kind, bytes) }
        }
        kind = best.kind
        bytes = best.bytes
        count = kind == .uuid ? 0 : plain.count
    }
}

extension PackedText.Kind {
    private var alphabet: Alphabet? {
        switch self {
        case .token: .token
        case .name: .name
        case .hex: .hex
        case .utf8, .uuid, .same, .below: nil
        }
    }

    private static let uuidGroups = [8, 4, 4, 4, 12]

    /// How many bytes `count` characters take; nil for a count beyond reason.
    func size(of count: Int) -> Int? {
        switch self {
        case .utf8: count
        case .uuid: count == 0 ? 16 : nil
        default: alphabet?.size(of: count)
        }
    }

    /// Nil if this form cannot hold the text.
    fileprivate func pack(_ text: Bytes) -> Bytes? {
        guard self == .uuid else { return alphabet?.pack(text) }
        let groups = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == Self.uuidGroups ? Alphabet.hex.pack(Bytes(groups.joined())) : nil
    }

    /// Nil for bytes that `pack` does not make.
    func unpack(_ bytes: Slice, count: Int) -> String? {
        switch self {
        case .utf8: return String(validating: bytes, as: UTF8.self)
        case .uuid:
            guard var digits = Alphabet.hex.unpack(bytes, count: 32).map({ $0[...] }) else { return nil }
            var groups: [Substring] = []
            for size in Self.uuidGroups {
                groups.append(digits.prefix(size))
                digits = digits.dropFirst(size)
            }
            return groups.joined(separator: "-")
        default: return alphabet?.unpack(bytes, count: count)
        }
    }
}

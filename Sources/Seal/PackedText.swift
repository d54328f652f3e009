import Wire

/// The encodings of a text, of which the shortest is used. Ids are limited to 255 characters, and hold mostly UUIDs, hexadecimal numbers,
/// tokens of letters and digits, and model names.
enum PackedText: UInt8 {
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

    /// The shortest encoding of a text that refers to no earlier one, found in one pass over its bytes.
    init(of text: UnsafeBufferPointer<UInt8>) {
        guard !PackedText.isUUID(text) else {
            self = .uuid
            return
        }
        let shared = PackedText.bits.withUnsafeBufferPointer { bits in
            text.reduce(PackedText.allBits) { $0 & bits[Int($1)] }
        }
        let kind: PackedText =
            if shared & PackedText.hexBit != 0 {
                .hex
            } else if shared & PackedText.tokenBit != 0 {
                .token
            } else if shared & PackedText.nameBit != 0 {
                .name
            } else {
                .utf8
            }
        // Packing does not shorten the shortest texts.
        let size = kind.alphabet?.size(of: text.count) ?? text.count
        self = size < text.count ? kind : .utf8
    }

    private static let hexBit: UInt8 = 1
    private static let tokenBit: UInt8 = 2
    private static let nameBit: UInt8 = 4
    private static let allBits = hexBit | tokenBit | nameBit

    /// For each byte, the alphabets that contain it.
    private static let bits: Bytes = (0...UInt8.max).map { byte in
        (Alphabet.hex.contains(byte) ? hexBit : 0) | (Alphabet.token.contains(byte) ? tokenBit : 0)
            | (Alphabet.name.contains(byte) ? nameBit : 0)
    }

    private var alphabet: Alphabet? {
        switch self {
        case .token: .token
        case .name: .name
        case .hex: .hex
        case .utf8, .uuid, .same, .below: nil
        }
    }

    /// How many bytes `count` characters take; nil for an invalid count.
    func size(of count: Int) -> Int? {
        switch self {
        case .utf8: count
        case .uuid: count == 0 ? 16 : nil
        default: alphabet?.size(of: count)
        }
    }

    /// Appends the packed text.
    func pack(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout Bytes) {
        switch self {
        // The dashes are not hexadecimal digits, and are left out.
        case .uuid: Alphabet.hex.pack(text, into: &bytes)
        case .token, .name, .hex: alphabet?.pack(text, into: &bytes)
        case .utf8, .same, .below: bytes.append(contentsOf: text)
        }
    }

    /// Nil for bytes that `pack` cannot have made.
    func unpack(_ bytes: Slice, count: Int) -> String? {
        switch self {
        case .utf8: String(validating: bytes, as: UTF8.self)
        case .uuid: PackedText.uuid(bytes)
        default: alphabet?.unpack(bytes, count: count)
        }
    }
}

/// UUIDs (RFC 9562 §4).
extension PackedText {
    /// The indices of the dashes.
    private static let dashes = [8, 13, 18, 23]
    private static let uuidCount = 36

    private static func isUUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == uuidCount, dashes.allSatisfy({ text[$0] == UInt8(ascii: "-") }) else { return false }
        return bits.withUnsafeBufferPointer { bits in
            text.reduce(0) { $0 &+ Int(bits[Int($1)] & hexBit) } == uuidCount - dashes.count
        }
    }

    private static func uuid(_ bytes: Slice) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: uuidCount - dashes.count) { digits in
            guard Alphabet.hex.unpack(bytes, into: digits) else { return nil }
            return String(unsafeUninitializedCapacity: uuidCount) { text in
                var digit = 0
                for place in 0..<uuidCount {
                    let isDash = dashes.contains(place)
                    text.initializeElement(at: place, to: isDash ? UInt8(ascii: "-") : digits[digit])
                    if !isDash { digit += 1 }
                }
                return uuidCount
            }
        }
    }
}

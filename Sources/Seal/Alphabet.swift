import Wire

/// A set of characters that packs each of them into four or six bits, the first one first; the last byte is padded with zeros.
struct Alphabet: Sendable {
    private let characters: Bytes
    /// The index of each character; `unknown` for all others.
    private let places: Bytes
    private let bits: Int
    private static let unknown: UInt8 = 255

    /// Letters, digits, `-` and `_`: random tokens.
    static let token = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6)
    /// Lower-case letters, digits, and the punctuation of names, paths and URLs.
    static let name = Alphabet("abcdefghijklmnopqrstuvwxyz0123456789-._/:+@~ =,%?&#", bits: 6)
    static let hex = Alphabet("0123456789abcdef", bits: 4)

    private init(_ text: String, bits: Int) {
        characters = Bytes(text.utf8)
        precondition(characters.count <= 1 << bits)
        var places = Bytes(repeating: Alphabet.unknown, count: 256)
        for (place, character) in characters.enumerated() { places[Int(character)] = UInt8(place) }
        self.places = places
        self.bits = bits
    }

    /// How many bytes `count` characters take; nil above `maxCount`.
    func size(of count: Int) -> Int? { count <= Alphabet.maxCount ? (count * bits + 7) / 8 : nil }

    private static let maxCount = 1 << 16

    /// Nil if the text has a character that is not in the set, or too many of them.
    func pack(_ text: Bytes) -> Bytes? {
        guard text.count <= Alphabet.maxCount, text.allSatisfy({ places[Int($0)] != Alphabet.unknown }) else { return nil }
        var bytes = Bytes()
        bytes.reserveCapacity((text.count * bits + 7) / 8)
        var held = 0
        var heldBits = 0
        for character in text {
            held = held << bits | Int(places[Int(character)])
            heldBits += bits
            guard heldBits >= 8 else { continue }
            heldBits -= 8
            bytes.append(UInt8(held >> heldBits))
            held &= 1 << heldBits - 1
        }
        if heldBits > 0 { bytes.append(UInt8(held << (8 - heldBits))) }
        return bytes
    }

    /// The `count` characters in `bytes`; nil for bytes that `pack` cannot have made.
    func unpack(_ bytes: Slice, count: Int) -> Bytes? {
        var text = Bytes()
        text.reserveCapacity(min(count, bytes.count * 8 / bits))
        var held = 0
        var heldBits = 0
        for byte in bytes {
            held = held << 8 | Int(byte)
            heldBits += 8
            while heldBits >= bits, text.count < count {
                heldBits -= bits
                let place = held >> heldBits
                guard place < characters.count else { return nil }
                text.append(characters[place])
                held &= 1 << heldBits - 1
            }
        }
        return held == 0 && text.count == count ? text : nil
    }
}

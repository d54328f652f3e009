import Wire

/// A set of characters that packs each of them into four or six bits, the first one first; the last byte is padded with zeros.
final class Alphabet: Sendable {
    private let characters: Bytes
    /// The index of each of the 256 bytes; `unknown` for those that are no characters of the set.
    private let places: Bytes
    private let bits: Int
    private static let unknown: UInt8 = 255

    /// Letters, digits, `-` and `_`: random tokens.
    static let token = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6)
    /// Lower-case letters, digits, and the punctuation of names, paths and URLs.
    static let name = Alphabet("abcdefghijklmnopqrstuvwxyz0123456789-._/:+@~ =,%?&#", bits: 6)
    static let hex = Alphabet("0123456789abcdef", bits: 4)

    /// Longer texts are not packed.
    static let maxCount = 1 << 16

    private init(_ text: String, bits: Int) {
        characters = Bytes(text.utf8)
        precondition(characters.count <= 1 << bits)
        var places = Bytes(repeating: Alphabet.unknown, count: 256)
        for (place, character) in characters.enumerated() { places[Int(character)] = UInt8(place) }
        self.places = places
        self.bits = bits
    }

    func contains(_ character: UInt8) -> Bool { places[Int(character)] != Alphabet.unknown }

    /// How many bytes `count` characters take; nil above `maxCount`.
    func size(of count: Int) -> Int? { count <= Alphabet.maxCount ? (count * bits + 7) / 8 : nil }

    /// Appends the characters of `text` that are in the set. Through pointers and without checks of overflow, since every id packs some
    /// hundred characters: `held` loses only bits that have been written, and no more bytes are written than `text` has.
    func pack(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout Bytes) {
        bytes.append(addingCapacity: text.count) { (bytes: inout OutputSpan<UInt8>) in
            bytes.withUnsafeMutableBufferPointer { bytes, count in
                let end = places.withUnsafeBufferPointer { places in
                    var held: UInt32 = 0
                    var heldBits: UInt32 = 0
                    let bits = UInt32(truncatingIfNeeded: self.bits)
                    var end = count
                    for character in text {
                        let place = places[Int(character)]
                        guard place != Alphabet.unknown else { continue }
                        held = held &<< bits | UInt32(place)
                        heldBits &+= bits
                        guard heldBits >= 8 else { continue }
                        heldBits &-= 8
                        bytes[end] = UInt8(truncatingIfNeeded: held &>> heldBits)
                        end &+= 1
                    }
                    guard heldBits > 0 else { return end }
                    bytes[end] = UInt8(truncatingIfNeeded: held &<< (8 &- heldBits))
                    return end + 1
                }
                count = end
            }
        }
    }

    /// The `count` characters in `bytes`; nil for bytes that `pack` cannot have made.
    func unpack(_ bytes: Slice, count: Int) -> String? {
        guard count <= bytes.count * 8 / bits else { return nil }
        var isValid = false
        let text = String(unsafeUninitializedCapacity: count) { text in
            isValid = unpack(bytes, into: UnsafeMutableBufferPointer(rebasing: text[..<count]))
            return isValid ? count : 0
        }
        return isValid ? text : nil
    }

    /// Fills `text`. False for bytes that `pack` cannot have made of as many characters.
    func unpack(_ bytes: Slice, into text: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        let table = characters
        let characters = table.span
        var held = 0
        var heldBits = 0
        var written = 0
        for byte in bytes {
            held = held << 8 | Int(byte)
            heldBits += 8
            while heldBits >= bits, written < text.count {
                heldBits -= bits
                let place = held >> heldBits
                guard place < characters.count else { return false }
                text.initializeElement(at: written, to: characters[place])
                written += 1
                held &= 1 << heldBits - 1
            }
            guard heldBits < 8 else { return false }
        }
        return held == 0 && written == text.count
    }
}

import Crypto
import Wire

/// The keys that seal job ids: the first one seals, all of them open. As text, one key per line or separated by commas, the newest first:
///
///     2:6f0c…   the key's number, 1 to 255, and 32 to 64 bytes in hexadecimal digits
///     1:91ab…
///
/// Empty lines and lines that begin with `#` are ignored. An id contains the number of its key.
package struct KeyRing: Sendable {
    struct Key: Sendable {
        let number: UInt8
        let secret: Secret
    }

    /// Never empty; all numbers differ.
    let keys: [Key]

    /// Why a text is not a key ring. It says where, and never shows the text.
    package struct FormatError: Error, Equatable, CustomStringConvertible {
        package enum Reason: String, Sendable {
            case malformed = "not a number from 1 to 255, a colon and hexadecimal digits"
            case tooShort = "shorter than 32 bytes"
            case tooLong = "longer than 64 bytes"
            case weak = "the same byte over and over"
            case repeatedNumber = "a number that an earlier key has"
            case repeatedKey = "the same key as an earlier one"
            case tooMany = "one key too many"
            case empty = "no key at all"
        }

        package let reason: Reason
        /// The key's position in the text, from 1; 0 for the whole text.
        package let place: Int

        package init(_ reason: Reason, at place: Int) {
            self.reason = reason
            self.place = place
        }

        package var description: String {
            place == 0 ? "seal keys: \(reason.rawValue)" : "seal keys, key \(place): \(reason.rawValue)"
        }
    }

    package init(parsing text: Secret) throws(FormatError) {
        let lines = text.reveal().split(whereSeparator: \.isNewline).map(KeyRing.trimmed).filter { !$0.hasPrefix("#") }
        var keys: [Key] = []
        for entry in lines.flatMap({ $0.split(separator: ",") }).map(KeyRing.trimmed) where !entry.isEmpty {
            let place = keys.count + 1
            let key = try KeyRing.key(entry, at: place)
            guard !keys.contains(where: { $0.number == key.number }) else { throw FormatError(.repeatedNumber, at: place) }
            guard !keys.contains(where: { $0.secret == key.secret }) else { throw FormatError(.repeatedKey, at: place) }
            guard place <= Limits.maxSealKeys else { throw FormatError(.tooMany, at: place) }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw FormatError(.empty, at: 0) }
        self.keys = keys
    }

    private init(keys: [Key]) { self.keys = keys }

    /// A ring with one new key.
    package static func generate(random: RandomSource) -> KeyRing {
        KeyRing(keys: [Key(number: 1, secret: Secret(random.bytes(newKeyCount)))])
    }

    /// The same ring with a new first key, which seals new ids.
    /// - Throws: `.tooMany` if the ring is full: the operator removes the oldest key, whose jobs ended long ago.
    package func rotated(random: RandomSource) throws(FormatError) -> KeyRing {
        guard keys.count < Limits.maxSealKeys else { throw FormatError(.tooMany, at: keys.count + 1) }
        // The number after the newest, so that the number of a removed key is reused as late as possible.
        var number = keys[0].number
        repeat { number = number == 255 ? 1 : number + 1 } while keys.contains { $0.number == number }
        return KeyRing(keys: [Key(number: number, secret: Secret(random.bytes(KeyRing.newKeyCount)))] + keys)
    }

    /// The ring as the text that `init(parsing:)` reads.
    package var text: Secret {
        let lines = keys.map { key in "\(key.number):" + key.secret.withBytes { Hex.text($0) } + "\n" }
        return Secret(lines.joined())
    }

    /// Keys for another purpose, one for each key of the ring (HKDF-SHA256), in the same order: the first signs, all of them verify.
    package func derived(_ purpose: String) -> [Secret] {
        keys.map { HKDF.sha256(key: $0.secret, salt: [], info: Bytes(purpose.utf8), count: 32) }
    }

    private static let newKeyCount = 32

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private static func key(_ entry: Substring, at place: Int) throws(FormatError) -> Key {
        let halves = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt8(halves[0]), number > 0,
            let bytes = Hex.bytes(halves[1])
        else { throw FormatError(.malformed, at: place) }
        guard bytes.count >= 32 else { throw FormatError(.tooShort, at: place) }
        guard bytes.count <= 64 else { throw FormatError(.tooLong, at: place) }
        guard bytes.contains(where: { $0 != bytes[0] }) else { throw FormatError(.weak, at: place) }
        return Key(number: number, secret: Secret(bytes))
    }
}

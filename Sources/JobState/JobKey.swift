/// The key of a job in a table: its id, hashed by sixteen characters of the id's random salt in place of all two hundred. Only ids that
/// the sealer has opened are stored, so no client can choose ids with equal hashes. A lookup still compares the whole id: what a client
/// sends may share these characters with another owner's id.
package struct JobKey: Hashable, Sendable {
    package let id: String
    /// 64 bits, as random as the salt.
    package let hash: UInt64

    /// Where the salt begins in an id: after the prefix and the characters that hold the version and the number of the key.
    private static let saltStart = 9
    private static let wordSize = MemoryLayout<UInt64>.size

    package init(_ id: String) {
        self.id = id
        var text = id
        hash = text.withUTF8 { text in
            let text = UnsafeRawBufferPointer(text)
            guard text.count >= JobKey.saltStart + 2 * JobKey.wordSize else { return JobKey.fold(text) }
            let first = text.loadUnaligned(fromByteOffset: JobKey.saltStart, as: UInt64.self)
            let second = text.loadUnaligned(fromByteOffset: JobKey.saltStart + JobKey.wordSize, as: UInt64.self)
            return JobKey.mix(first, second)
        }
    }

    /// All bytes of a text that is too short for an id.
    private static func fold(_ text: UnsafeRawBufferPointer) -> UInt64 { text.reduce(0) { mix($0, UInt64($1)) } }

    /// Spreads the six bits of each character over the word. The factor is 2⁶⁴ divided by the golden ratio.
    private static func mix(_ one: UInt64, _ other: UInt64) -> UInt64 { (one ^ other &* 0x9E37_79B9_7F4A_7C15) &* 0x9E37_79B9_7F4A_7C15 }

    /// To `String`, the Kelvin sign equals the letter K. It is longer, so texts of ASCII characters are compared byte by byte here.
    package static func == (one: JobKey, other: JobKey) -> Bool {
        one.hash == other.hash && one.id.utf8.count == other.id.utf8.count && one.id == other.id
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

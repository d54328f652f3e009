import Wire

/// The 32-byte result of SHA-256 or HMAC-SHA-256. Comparisons take constant time.
package struct Digest: Sendable, Hashable {
    package static let count = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Nil unless `bytes` has 32 bytes.
    package init?(_ bytes: Bytes) {
        guard bytes.count == Digest.count else { return nil }
        self = bytes.withUnsafeBytes { Digest(copying: $0) }
    }

    /// Nil unless `hex` is 64 hexadecimal digits.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.bytes(hex) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes that `fill` writes.
    init(filling fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        self = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Digest.count) { buffer in
            buffer.initialize(repeating: 0)
            fill(buffer.baseAddress!)
            return Digest(copying: UnsafeRawBufferPointer(buffer))
        }
    }

    private init(copying bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        words = (word(0), word(1), word(2), word(3))
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { withUnsafeBytes(of: words, body) }

    package var bytes: Bytes { withBytes { Bytes($0) } }

    package func append(to bytes: inout Bytes) { withBytes { bytes.append(contentsOf: $0) } }

    /// Lower-case hexadecimal digits.
    package var hex: String { withBytes { Hex.text($0) } }

    package static func == (one: Digest, other: Digest) -> Bool {
        (one.words.0 ^ other.words.0) | (one.words.1 ^ other.words.1) | (one.words.2 ^ other.words.2) | (one.words.3 ^ other.words.3) == 0
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

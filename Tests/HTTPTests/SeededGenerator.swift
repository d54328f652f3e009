import Wire

/// Random numbers that come again with the same seed (xorshift*), so that a failed property test can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// Cuts the bytes at random places; some parts may be empty.
    mutating func cut(_ bytes: Slice, into count: Int) -> [Slice] {
        let places = (1..<max(2, count)).map { _ in Int.random(in: bytes.startIndex...bytes.endIndex, using: &self) }.sorted()
        return zip([bytes.startIndex] + places, places + [bytes.endIndex]).map { bytes[$0..<$1] }
    }
}

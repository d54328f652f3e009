/// Writes the bits of one NAL unit: Exp-Golomb codes (H.264, 9.1), the stop bit, and the bytes that keep start codes out of the payload
/// (7.4.1).
struct BitWriter: Sendable {
    private(set) var bytes: [UInt8]
    private var pending: UInt64 = 0
    /// How many low bits of `pending` are not written yet; fewer than 8 between calls.
    private var waiting = 0
    private var zeros = 0

    /// Begins with `header`, written unchanged.
    init(header: [UInt8] = [], capacity: Int = 0) {
        bytes = header
        bytes.reserveCapacity(capacity)
    }

    /// Writes the low `count` bits of a value, at most 32.
    mutating func put(_ value: UInt32, _ count: Int) {
        pending = pending << UInt64(count) | UInt64(value)
        waiting += count
        while waiting >= 8 {
            waiting -= 8
            append(UInt8(truncatingIfNeeded: pending >> UInt64(waiting)))
        }
    }

    mutating func flag(_ value: Bool) { put(value ? 1 : 0, 1) }

    /// Writes an unsigned Exp-Golomb code, `ue(v)`.
    mutating func unsigned(_ value: Int) {
        let code = UInt32(value + 1)
        let length = 32 - code.leadingZeroBitCount
        put(0, length - 1)
        put(code, length)
    }

    /// Writes a signed Exp-Golomb code, `se(v)`.
    mutating func signed(_ value: Int) { unsigned(value > 0 ? 2 * value - 1 : -2 * value) }

    /// Writes zero bits up to the next byte boundary.
    mutating func align() {
        if waiting > 0 { put(0, 8 - waiting) }
    }

    /// Writes samples of the limited range at a byte boundary. None is zero, so they need no emulation prevention.
    mutating func samples(_ samples: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: samples)
        zeros = 0
    }

    /// Writes the stop bit and the zeros after it, `rbsp_trailing_bits`.
    mutating func finish() {
        put(1, 1)
        align()
    }

    private mutating func append(_ byte: UInt8) {
        if zeros >= 2, byte <= 3 {
            bytes.append(3)
            zeros = 0
        }
        bytes.append(byte)
        zeros = byte == 0 ? zeros + 1 : 0
    }
}

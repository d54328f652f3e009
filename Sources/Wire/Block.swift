/// Thirty-two bytes that are compared at once. Of the operators only `.==`, `.<` and `&-` between blocks and `.|` and `.&` between masks
/// become vector instructions. All others, among them comparisons with a single byte, `|`, `&`, `.>`, `any` and `all`, go byte by byte:
/// measured with Swift 6.3.1, 0.06 GB/s instead of 25.
typealias Block = SIMD32<UInt8>

extension Block {
    static let count = 32

    /// The block at `offset`; all of it must lie inside of `bytes`.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) { self = bytes.loadUnaligned(fromByteOffset: offset, as: Block.self) }

    /// The same byte in every place.
    @inline(__always)
    static func all(_ byte: UInt8) -> Block { Block(repeating: byte) }

    /// The place of the first byte that is 0xFF; nil if there is none.
    @inline(__always)
    var firstMarked: Int? {
        let words = unsafeBitCast(self, to: SIMD4<UInt64>.self)
        guard words[0] | words[1] | words[2] | words[3] != 0 else { return nil }
        for place in 0..<4 where words[place] != 0 { return place * 8 + words[place].littleEndian.trailingZeroBitCount / 8 }
        return nil
    }

    /// Where there are bytes beyond ASCII.
    @inline(__always)
    var nonASCII: SIMDMask<SIMD32<Int8>> { .all(0x7F) .< self }
}

extension SIMDMask<SIMD32<Int8>> {
    /// 0xFF where the mask is true, else 0.
    @inline(__always)
    var marks: Block { unsafeBitCast(self, to: Block.self) }

    @inline(__always)
    var isEmpty: Bool {
        let words = unsafeBitCast(self, to: SIMD4<UInt64>.self)
        return words[0] | words[1] | words[2] | words[3] == 0
    }

    @inline(__always)
    var isFull: Bool {
        let words = unsafeBitCast(self, to: SIMD4<UInt64>.self)
        return words[0] & words[1] & words[2] & words[3] == .max
    }
}

/// One macroblock's pixels and those of its neighbours above and to the left, if there are any: the input of intra prediction.
struct Macroblock {
    let pixels: UnsafePointer<UInt8>
    let above: UnsafePointer<UInt8>?
    let left: UnsafePointer<UInt8>?

    static let bluePlane = 256
    static let redPlane = 320

    var continuesLumaDown: Bool {
        guard let above else { return false }
        let (first, second) = (Self.eight(above + 240), Self.eight(above + 248))
        var difference: UInt64 = 0
        for row in 0..<16 { difference |= (Self.eight(pixels + row * 16) ^ first) | (Self.eight(pixels + row * 16 + 8) ^ second) }
        return difference == 0
    }

    var continuesLumaRight: Bool {
        guard let left else { return false }
        var difference: UInt64 = 0
        for row in 0..<16 {
            let edge = Self.repeated(left[row * 16 + 15])
            difference |= (Self.eight(pixels + row * 16) ^ edge) | (Self.eight(pixels + row * 16 + 8) ^ edge)
        }
        return difference == 0
    }

    var continuesChromaDown: Bool {
        guard let above else { return false }
        let (blue, red) = (Self.eight(above + Self.bluePlane + 56), Self.eight(above + Self.redPlane + 56))
        var difference: UInt64 = 0
        for row in 0..<8 {
            difference |= Self.eight(pixels + Self.bluePlane + row * 8) ^ blue
            difference |= Self.eight(pixels + Self.redPlane + row * 8) ^ red
        }
        return difference == 0
    }

    var continuesChromaRight: Bool {
        guard let left else { return false }
        var difference: UInt64 = 0
        for row in 0..<16 {
            // The two planes follow each other.
            let line = Self.bluePlane + row * 8
            difference |= Self.eight(pixels + line) ^ Self.repeated(left[line + 7])
        }
        return difference == 0
    }

    /// The tones of the sixteen 4x4 blocks, row by row; nil if one of them is not flat.
    var flatLuma: SIMD16<Int32>? {
        var tones = SIMD16<Int32>()
        var difference: UInt32 = 0
        for block in 0..<16 {
            let start = pixels + (block / 4) * 64 + (block % 4) * 4
            let tone = UInt32(start[0]) &* 0x0101_0101
            for row in 0..<4 { difference |= Self.four(start + row * 16) ^ tone }
            tones[block] = Int32(start[0])
        }
        return difference == 0 ? tones : nil
    }

    /// The tones of a chroma plane's four 4x4 blocks; nil if one of them is not flat.
    func flatChroma(_ plane: Int) -> SIMD4<Int32>? {
        var tones = SIMD4<Int32>()
        var difference: UInt32 = 0
        for block in 0..<4 {
            let start = pixels + plane + (block / 2) * 32 + (block % 2) * 4
            let tone = UInt32(start[0]) &* 0x0101_0101
            for row in 0..<4 { difference |= Self.four(start + row * 8) ^ tone }
            tones[block] = Int32(start[0])
        }
        return difference == 0 ? tones : nil
    }

    /// `Intra_16x16_DC` (8.3.3.3): the mean of the edges.
    var lumaMean: Int32 {
        var sum: Int32 = 0
        if let above { for column in 0..<16 { sum += Int32(above[240 + column]) } }
        if let left { for row in 0..<16 { sum += Int32(left[row * 16 + 15]) } }
        switch (above, left) {
        case (nil, nil): return 128
        case (nil, _), (_, nil): return (sum + 8) >> 4
        default: return (sum + 16) >> 5
        }
    }

    /// `Intra_Chroma_DC` (8.3.4.1 to 8.3.4.3): each 4x4 block has its own mean; the two off the diagonal prefer the edge they touch.
    func chromaMeans(_ plane: Int) -> SIMD4<Int32> {
        let tops = above.map { edge in (0..<2).map { half in Self.sum(edge + plane + 56 + half * 4, stride: 1) } }
        let sides = left.map { edge in (0..<2).map { half in Self.sum(edge + plane + 7 + half * 32, stride: 8) } }
        func one(_ sum: Int32) -> Int32 { (sum + 2) >> 2 }
        func both(_ top: Int?, _ side: Int?) -> Int32 {
            switch (top.flatMap { tops?[$0] }, side.flatMap { sides?[$0] }) {
            case (let top?, let side?): (top + side + 4) >> 3
            case (let top?, nil): one(top)
            case (nil, let side?): one(side)
            case (nil, nil): 128
            }
        }
        return SIMD4(both(0, 0), tops == nil ? both(nil, 0) : both(1, nil), sides == nil ? both(0, nil) : both(nil, 1), both(1, 1))
    }

    private static func sum(_ start: UnsafePointer<UInt8>, stride: Int) -> Int32 { (0..<4).reduce(0) { $0 + Int32(start[$1 * stride]) } }

    private static func eight(_ start: UnsafePointer<UInt8>) -> UInt64 { UnsafeRawPointer(start).loadUnaligned(as: UInt64.self) }

    private static func four(_ start: UnsafePointer<UInt8>) -> UInt32 { UnsafeRawPointer(start).loadUnaligned(as: UInt32.self) }

    private static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}

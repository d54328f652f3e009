/// One macroblock's pixels and those of its neighbours above and to the left, where the picture has them: all that intra prediction looks at.
struct Macroblock {
    let pixels: UnsafePointer<UInt8>
    let above: UnsafePointer<UInt8>?
    let left: UnsafePointer<UInt8>?

    static let bluePlane = 256
    static let redPlane = 320

    var continuesLumaDown: Bool {
        guard let above else { return false }
        let edge = Self.sixteen(above + 240)
        for row in 0..<16 where Self.sixteen(pixels + row * 16) != edge { return false }
        return true
    }

    var continuesLumaRight: Bool {
        guard let left else { return false }
        for row in 0..<16 where Self.sixteen(pixels + row * 16) != SIMD16(repeating: left[row * 16 + 15]) { return false }
        return true
    }

    var continuesChromaDown: Bool {
        guard let above else { return false }
        for plane in [Self.bluePlane, Self.redPlane] {
            let edge = Self.eight(above + plane + 56)
            for row in 0..<8 where Self.eight(pixels + plane + row * 8) != edge { return false }
        }
        return true
    }

    var continuesChromaRight: Bool {
        guard let left else { return false }
        for plane in [Self.bluePlane, Self.redPlane] {
            for row in 0..<8 where Self.eight(pixels + plane + row * 8) != SIMD8(repeating: left[plane + row * 8 + 7]) { return false }
        }
        return true
    }

    /// The tones of the sixteen 4x4 blocks, row by row; nil if one of them is not flat.
    var flatLuma: SIMD16<Int32>? {
        var tones = SIMD16<Int32>()
        for band in 0..<4 {
            let first = Self.sixteen(pixels + band * 64)
            for row in 1..<4 where Self.sixteen(pixels + band * 64 + row * 16) != first { return nil }
            for block in 0..<4 {
                let tone = first[block * 4]
                guard first[block * 4 + 1] == tone, first[block * 4 + 2] == tone, first[block * 4 + 3] == tone else { return nil }
                tones[band * 4 + block] = Int32(tone)
            }
        }
        return tones
    }

    /// The tones of a chroma plane's four 4x4 blocks; nil if one of them is not flat.
    func flatChroma(_ plane: Int) -> SIMD4<Int32>? {
        var tones = SIMD4<Int32>()
        for block in 0..<4 {
            let start = pixels + plane + (block / 2) * 32 + (block % 2) * 4
            for row in 0..<4 {
                for column in 0..<4 where start[row * 8 + column] != start[0] { return nil }
            }
            tones[block] = Int32(start[0])
        }
        return tones
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

    private static func sixteen(_ start: UnsafePointer<UInt8>) -> SIMD16<UInt8> {
        UnsafeRawPointer(start).loadUnaligned(as: SIMD16<UInt8>.self)
    }

    private static func eight(_ start: UnsafePointer<UInt8>) -> SIMD8<UInt8> {
        UnsafeRawPointer(start).loadUnaligned(as: SIMD8<UInt8>.self)
    }
}

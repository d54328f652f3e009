/// How an intra macroblock is written so that every pixel comes out exactly: its neighbours continued, or flat 4x4 blocks through the DC
/// transform. Nothing is lost, so a frame's pixels are its own reference and the encoder needs no decoder.
///
/// The quantiser is 10 because there a scaled luma DC value is 8 times the block's difference and a chroma one 4 times (H.264, 8.5.10 and
/// 8.5.11): whole differences come back exactly as long as the sixteen luma differences have an even sum, which all even tones give.
struct Prediction: Equatable {
    static let quantiser = 10

    /// `Intra16x16PredMode` (table 7-11): 0 down, 1 right, 2 mean.
    let lumaMode: Int
    /// `intra_chroma_pred_mode` (table 7-16): 0 mean, 1 right, 2 down.
    let chromaMode: Int
    /// DC coefficients in scan order; zeros where the neighbours suffice.
    let luma: [Int32]
    let blue: [Int32]
    let red: [Int32]

    var hasChroma: Bool { blue != Self.noChroma || red != Self.noChroma }

    /// Nil if the macroblock can only be written in the clear.
    init?(_ block: Macroblock) {
        if block.continuesLumaDown {
            (lumaMode, luma) = (0, Self.noLuma)
        } else if block.continuesLumaRight {
            (lumaMode, luma) = (1, Self.noLuma)
        } else {
            guard let tones = block.flatLuma, let levels = Self.lumaLevels(tones &- SIMD16(repeating: block.lumaMean)) else { return nil }
            (lumaMode, luma) = (2, levels)
        }
        if block.continuesChromaDown {
            (chromaMode, blue, red) = (2, Self.noChroma, Self.noChroma)
        } else if block.continuesChromaRight {
            (chromaMode, blue, red) = (1, Self.noChroma, Self.noChroma)
        } else {
            guard let blues = block.flatChroma(Macroblock.bluePlane), let reds = block.flatChroma(Macroblock.redPlane) else { return nil }
            chromaMode = 0
            blue = Self.chromaLevels(blues &- block.chromaMeans(Macroblock.bluePlane))
            red = Self.chromaLevels(reds &- block.chromaMeans(Macroblock.redPlane))
        }
    }

    private static let noLuma = [Int32](repeating: 0, count: 16)
    private static let noChroma = [Int32](repeating: 0, count: 4)

    /// Row-major places of a 4x4 block in zig-zag order (table 8-2).
    private static let zigzag = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15]

    /// The Hadamard transform of the blocks' differences, halved; nil if a half would be left over.
    private static func lumaLevels(_ differences: SIMD16<Int32>) -> [Int32]? {
        guard differences.wrappedSum() % 2 == 0 else { return nil }
        var values = differences
        for (step, jump) in [(1, 4), (4, 1)] {
            for line in 0..<4 {
                let places = (0..<4).map { line * jump + $0 * step }
                let (a, b, c, d) = (values[places[0]], values[places[1]], values[places[2]], values[places[3]])
                values[places[0]] = a + b + c + d
                values[places[1]] = a + b - c - d
                values[places[2]] = a - b - c + d
                values[places[3]] = a - b + c - d
            }
        }
        return zigzag.map { values[$0] / 2 }
    }

    private static func chromaLevels(_ d: SIMD4<Int32>) -> [Int32] {
        [d[0] + d[1] + d[2] + d[3], d[0] - d[1] + d[2] - d[3], d[0] + d[1] - d[2] - d[3], d[0] - d[1] - d[2] + d[3]]
    }
}

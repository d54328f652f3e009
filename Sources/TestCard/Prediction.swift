/// The lossless prediction of an intra macroblock: its neighbours continued, or flat 4x4 blocks through the DC
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
    /// DC coefficients in scan order; nil if the prediction is exact.
    let luma: SIMD16<Int32>?
    let chroma: Chroma?

    struct Chroma: Equatable {
        var blue: SIMD4<Int32>
        var red: SIMD4<Int32>
    }

    /// Nil if the macroblock can only be written as PCM.
    init?(_ block: Macroblock) {
        if block.continuesLumaDown {
            (lumaMode, luma) = (0, nil)
        } else if block.continuesLumaRight {
            (lumaMode, luma) = (1, nil)
        } else {
            guard let tones = block.flatLuma, let levels = Self.lumaLevels(tones &- SIMD16(repeating: block.lumaMean)) else { return nil }
            (lumaMode, luma) = (2, levels)
        }
        if block.continuesChromaDown {
            (chromaMode, chroma) = (2, nil)
        } else if block.continuesChromaRight {
            (chromaMode, chroma) = (1, nil)
        } else {
            guard let blues = block.flatChroma(Macroblock.bluePlane), let reds = block.flatChroma(Macroblock.redPlane) else { return nil }
            chromaMode = 0
            let blue = Self.chromaLevels(blues &- block.chromaMeans(Macroblock.bluePlane))
            let red = Self.chromaLevels(reds &- block.chromaMeans(Macroblock.redPlane))
            chroma = blue == SIMD4() && red == SIMD4() ? nil : Chroma(blue: blue, red: red)
        }
    }

    /// The Hadamard transform of the blocks' differences, halved; nil if a half is not whole.
    private static func lumaLevels(_ differences: SIMD16<Int32>) -> SIMD16<Int32>? {
        guard differences.wrappedSum() % 2 == 0 else { return nil }
        var values = differences
        for line in 0..<4 { transform(&values, line * 4, step: 1) }
        for line in 0..<4 { transform(&values, line, step: 4) }
        values = values &>> 1
        // Row-major places in zig-zag order (table 8-2).
        return SIMD16(
            values[0], values[1], values[4], values[8], values[5], values[2], values[3], values[6], values[9], values[12], values[13],
            values[10], values[7], values[11], values[14], values[15])
    }

    private static func transform(_ values: inout SIMD16<Int32>, _ first: Int, step: Int) {
        let (a, b, c, d) = (values[first], values[first + step], values[first + 2 * step], values[first + 3 * step])
        values[first] = a + b + c + d
        values[first + step] = a + b - c - d
        values[first + 2 * step] = a - b - c + d
        values[first + 3 * step] = a - b + c - d
    }

    private static func chromaLevels(_ d: SIMD4<Int32>) -> SIMD4<Int32> {
        SIMD4(d[0] + d[1] + d[2] + d[3], d[0] - d[1] + d[2] - d[3], d[0] + d[1] - d[2] - d[3], d[0] - d[1] - d[2] + d[3])
    }
}

import Testing

@testable import TestCard

@Suite struct PredictionTests {
    /// Without neighbours the prediction is 128 everywhere.
    @Test func `flat blocks go through the transform if their differences have an even sum`() {
        var tones = [UInt8](repeating: 24, count: 16)
        #expect(prediction(tones)?.luma?[0] == -832)
        tones[5] = 234
        #expect(prediction(tones)?.luma == SIMD16(-727, 105, 105, -105, 105, -105, -105, -105, -105, -105, -105, 105, -105, 105, 105, 105))
        tones[5] = 235
        #expect(prediction(tones) == nil)
    }

    @Test func `a block that is not flat is written as PCM`() {
        var pixels = tile([UInt8](repeating: 24, count: 16))
        pixels[17] = 25
        #expect(prediction(pixels: pixels) == nil)
        pixels[17] = 24
        pixels[256 + 9] = 127
        #expect(prediction(pixels: pixels) == nil)
    }

    @Test func `what continues a neighbour needs no coefficients`() throws {
        let first = tile([24, 32, 40, 48] + [UInt8](repeating: 24, count: 8) + [24, 32, 40, 48])
        var below = first
        for row in 0..<16 { below.replaceSubrange(row * 16..<row * 16 + 16, with: first[240..<256]) }
        let down = try #require(prediction(pixels: below, above: first))
        #expect(down.lumaMode == 0 && down.chromaMode == 2 && down.luma == nil && down.chroma == nil)
        var beside = first
        for row in 0..<16 { beside.replaceSubrange(row * 16..<row * 16 + 16, with: repeatElement(first[row * 16 + 15], count: 16)) }
        let right = try #require(prediction(pixels: beside, left: first))
        #expect(right.lumaMode == 1 && right.chromaMode == 1 && right.luma == nil && right.chroma == nil)
    }

    private func tile(_ tones: [UInt8]) -> [UInt8] {
        (0..<256).map { tones[$0 / 64 * 4 + $0 % 16 / 4] } + [UInt8](repeating: 128, count: 128)
    }

    private func prediction(_ tones: [UInt8]) -> Prediction? { prediction(pixels: tile(tones)) }

    private func prediction(pixels: [UInt8], above: [UInt8]? = nil, left: [UInt8]? = nil) -> Prediction? {
        let all = pixels + (above ?? left ?? [])
        return all.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return Prediction(
                Macroblock(pixels: start, above: above == nil ? nil : start + 384, left: left == nil ? nil : start + 384))
        }
    }
}

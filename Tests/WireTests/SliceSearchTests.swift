import Testing
import Wire

@Suite struct SliceSearchTests {
    @Test func `the first place of a needle is found as a plain search finds it`() throws {
        var random = SeededRandom()
        for round in 0..<2000 {
            let hay = (0..<Int.random(in: 0...150, using: &random)).map { _ in UInt8.random(in: 0...2, using: &random) }
            let needle = (0..<Int.random(in: 1...6, using: &random)).map { _ in UInt8.random(in: 0...2, using: &random) }
            let slice = hay.dropFirst(Int.random(in: 0...5, using: &random))
            let start = Int.random(in: slice.startIndex...slice.endIndex, using: &random)
            let expected = (start..<max(start, slice.endIndex - needle.count + 1)).first { slice[$0...].starts(with: needle) }
            try #require(slice.firstIndex(of: needle, from: start) == expected, "\(random) round \(round)")
        }
    }

    @Test func `a needle at the very end, and a truncated one`() {
        let hay = Bytes(repeating: 0x2E, count: 64) + Bytes("--b".utf8)
        #expect(hay[...].firstIndex(of: Bytes("--b".utf8), from: 0) == 64)
        #expect(hay[..<66].firstIndex(of: Bytes("--b".utf8), from: 0) == nil)
        #expect(hay[...].continues(with: "--b".utf8, at: 64) && !hay[...].continues(with: "--bc".utf8, at: 64))
    }

    @Test func `a byte is found at every place, in short texts and long ones`() {
        for count in [0, 1, 31, 32, 33, 64, 100] {
            for place in 0..<count {
                var bytes = Bytes(repeating: 1, count: count)
                bytes[place] = 2
                bytes.withUnsafeBufferPointer { bytes in
                    for start in 0...count { #expect(bytes.firstPlace(of: 2, from: start) == (start <= place ? place : nil)) }
                }
            }
        }
        #expect(Bytes(repeating: 1, count: 40).withUnsafeBufferPointer { $0.firstPlace(of: 2, from: 0) } == nil)
    }
}

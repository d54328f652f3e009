import Testing

@testable import TestCard

@Suite struct ResidualTests {
    /// No code may begin another one: a slip in a table would show here.
    @Test func `the tables hold prefix codes`() {
        let tables = ResidualTables.standard
        let tokens = [tables.quiet, tables.chroma].map { codes in
            codes.enumerated().filter { $0.offset % 4 <= $0.offset / 4 }.map(\.element)
        }
        for codes in tokens + tables.zeros + tables.chromaZeros + tables.runs {
            for (index, short) in codes.enumerated() {
                #expect(short.bits < 1 << UInt32(short.length))
                for (other, long) in codes.enumerated() where other != index && long.length >= short.length {
                    #expect(long.bits >> UInt32(long.length - short.length) != short.bits)
                }
            }
        }
        #expect(tables.zeros.map(\.count) == (2...16).reversed().map { $0 })
        #expect(tables.chromaZeros.map(\.count) == [4, 3, 2])
        #expect(tables.runs.map(\.count) == [2, 3, 4, 5, 6, 7, 15])
    }

    /// Worked out by hand from clause 9.2: two coefficients, one of them a trailing one (0001 00), its sign (1), level 3 (001), one zero
    /// (110), before the one (0).
    @Test func `a block is written according to the standard`() {
        var writer = BitWriter()
        ResidualCoder().put(SIMD16(3, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), .quiet, to: &writer)
        writer.finish()
        #expect(writer.bytes == [0b0001_0010, 0b0111_0010])
    }

    @Test func `bytes that look like a start code are guarded`() {
        var writer = BitWriter()
        for byte: UInt32 in [0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0, 3] { writer.put(byte, 8) }
        #expect(writer.bytes == [0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 0, 3, 0, 0, 4, 0, 0, 3, 3])
    }

    @Test(arguments: [(0, "1"), (1, "010"), (2, "011"), (3, "00100"), (7, "0001000"), (32399, "00000000000000111111010010000")])
    func `Exp-Golomb codes follow the standard`(_ value: Int, _ bits: String) {
        var writer = BitWriter()
        writer.unsigned(value)
        writer.finish()
        let written = writer.bytes.map { String(String(Int($0) + 256, radix: 2).dropFirst()) }.joined()
        #expect(written.hasPrefix(bits + "1"))
        #expect(written.dropFirst(bits.count + 1).allSatisfy { $0 == "0" })
    }
}

import Testing
import Wire

@testable import HTTP

struct GzipTests {
    private static func text(_ count: Int) -> Bytes { Bytes((0..<count).lazy.map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }) }

    private static func packed(_ bytes: Bytes) -> Bytes {
        var deflater = Deflater()
        return deflater.compress(bytes[...]) + deflater.finish()
    }

    /// Everything that comes out of the parts, one after the other.
    private static func unpacked(
        _ parts: [Slice], _ coding: Inflater.Coding = .gzip, limit: Int = 1 << 30, ratio: Int = 1000
    ) throws(Inflater.InflateError) -> Bytes {
        var inflater = Inflater(coding, limit: limit, ratio: ratio)
        var all = Bytes()
        for part in parts {
            var input = part
            while let piece = try inflater.next(&input) { all += piece }
        }
        try inflater.finish()
        return all
    }

    @Test(arguments: [0, 1, 100, 65_535, 65_536, 65_537, 1_000_000])
    func `compressed data is decompressed, however it is split`(_ count: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        let bytes = GzipTests.text(count)
        let packed = GzipTests.packed(bytes)
        for parts in 1...6 { #expect(try GzipTests.unpacked(random.cut(packed[...], into: parts)) == bytes, "seed \(seed)") }
        if packed.count < 2000 { #expect(try GzipTests.unpacked(packed.indices.map { packed[$0...$0] }) == bytes) }
    }

    @Test func `a flush yields everything so far`() throws {
        var deflater = Deflater()
        var inflater = Inflater(.gzip, limit: 1000, ratio: 100)
        for word in ["one", "two", "three"] {
            var input = (deflater.compress(Bytes(word.utf8)[...]) + deflater.flush())[...]
            var out = Bytes()
            while let piece = try inflater.next(&input) { out += piece }
            #expect(out == Bytes(word.utf8))
        }
    }

    // What zlib's compress("hello hello hello") gives, with and without its wrapping.
    private static let zlib: Bytes = [0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0x00, 0x3A, 0x2E, 0x06, 0x7D]

    @Test func `deflate is understood with its wrapping and without`() throws {
        let wrapped = GzipTests.zlib
        #expect(try GzipTests.unpacked([wrapped[...]], .deflate) == Bytes("hello hello hello".utf8))
        #expect(try GzipTests.unpacked([wrapped[2..<(wrapped.count - 4)]], .deflate) == Bytes("hello hello hello".utf8))
    }

    @Test func `consecutive members are one body, and padding is skipped`() throws {
        let (one, two) = (GzipTests.text(1000), GzipTests.text(10))
        let both = GzipTests.packed(one) + GzipTests.packed(two) + [0, 0, 0]
        #expect(try GzipTests.unpacked([both[...]]) == one + two)
        #expect(try GzipTests.unpacked(both.indices.map { both[$0...$0] }) == one + two)
    }

    @Test func `an empty body is empty`() throws {
        #expect(try GzipTests.unpacked([]) == [])
    }

    @Test func `corrupt, truncated and trailing input is rejected`() {
        var packed = GzipTests.packed(GzipTests.text(1000))
        #expect(throws: Inflater.InflateError.truncated) { try GzipTests.unpacked([packed.dropLast()]) }
        #expect(throws: Inflater.InflateError.truncated) { try GzipTests.unpacked([packed.prefix(5)]) }
        #expect(throws: Inflater.InflateError.trailingBytes) { try GzipTests.unpacked([(packed + [1])[...]]) }
        #expect(throws: Inflater.InflateError.corrupt) { try GzipTests.unpacked([Bytes("<html>".utf8)[...]]) }
        packed[packed.count - 6] ^= 1
        #expect(throws: Inflater.InflateError.corrupt) { try GzipTests.unpacked([packed[...]]) }
    }

    @Test func `the limit is kept at the byte`() throws {
        let packed = GzipTests.packed(GzipTests.text(100_000))
        #expect(try GzipTests.unpacked([packed[...]], limit: 100_000).count == 100_000)
        #expect(throws: Inflater.InflateError.tooLarge) { try GzipTests.unpacked([packed[...]], limit: 99_999) }
    }

    @Test func `a bomb is noticed long before the limit`() {
        let bomb = GzipTests.packed(Bytes(repeating: 0, count: 20_000_000))
        #expect(bomb.count < 25_000)
        #expect(throws: Inflater.InflateError.bomb) { try GzipTests.unpacked([bomb[...]], ratio: 200) }
        #expect(throws: Inflater.InflateError.tooLarge) { try GzipTests.unpacked([bomb[...]], limit: 1_000_000) }
    }
}

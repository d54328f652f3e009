import Jobs
import Testing
import Wire

@testable import Seal

/// The bytes inside an id: short, exact, and readable by later and earlier programs.
struct ClaimsTests {
    @Test func `a job is these bytes`() {
        let expected = [
            "01",  // format
            "18" + "66616c",  // account: 3 bytes of UTF-8, "fal"
            "05",  // vendor: the same as text 0
            "6a" + "28b20d1a47656a43d138",  // model: 13 characters of six bits, "kling-3.0-pro"
            "80f5d31a",  // created: 27,950,400 seconds after 2026 began
            "31" + "a297a76a20",  // dialect: 6 characters of six bits, "openai"
            "31" + "b28adafb60",  // asked: "sora-2"
            "01",  // one ticket field:
            "04" + "764cabcfb7454b3eae381200304cf45b",  // a UUID
            "01" + "01" + "40",  // seconds, one byte: 8 without decimal places
            "02" + "07" + "41" + "d76f34c7bdb4",  // size, seven bytes: 8 characters of six bits, "1280x720"
        ]
        #expect(Hex.text(Samples.fal.bytes) == expected.joined())
        #expect(Claims(Samples.fal.bytes) == Samples.fal)
    }

    @Test func `a job with everything comes back`() {
        #expect(Claims(Samples.everything.bytes) == Samples.everything)
    }

    @Test(arguments: [0, 1, 840_000, 123_456_789, -1])
    func `a cost comes back, and takes few bytes`(micros: Int64) {
        var claims = Samples.everything
        let before = claims.bytes.count
        claims.cost = Money(micros: micros)
        #expect(Claims(claims.bytes) == claims && claims.bytes.count <= before + 6)
    }

    @Test func `a moment is kept to the second`() {
        let moment = Timestamp(sinceEpoch: .milliseconds(1_795_176_000_999))
        let claims = Claims(account: "", vendor: "", model: "", ticket: Ticket(), created: moment, dialect: "", requestedModel: "")
        #expect(claims.created == Timestamp(unix: 1_795_176_000))
        #expect(Claims(claims.bytes) == claims)
    }

    @Test func `bytes that end early are never the whole`() {
        for claims in [Samples.fal, Samples.everything] {
            let bytes = claims.bytes
            for count in 0..<bytes.count { #expect(Claims(Bytes(bytes.prefix(count))) != claims) }
        }
    }

    @Test func `another format is not read`() {
        for format in [0, 2, 3, 255] as [UInt8] {
            var bytes = Samples.fal.bytes
            bytes[0] = format
            #expect(Claims(bytes) == nil)
        }
        #expect(Claims(Claims(referenceCreated: Samples.fal.created, dialect: "ltx").bytes + [0]) == nil)
    }

    @Test func `a field of a later program is skipped`() {
        #expect(Claims(Samples.fal.bytes + [99, 3, 1, 2, 3]) == Samples.fal)
        #expect(Claims(Samples.fal.bytes + [99, 3, 1, 2]) == nil)
        #expect(Claims(Samples.fal.bytes + [99]) == nil)
    }

    @Test func `a field that a later program made longer is read`() {
        #expect(Claims(Samples.fal.bytes + [3, 2, 4, 77])?.operation == .remix)
    }

    @Test(
        arguments: [[3, 1, 8], [3, 0], [3, 2, 5, 3], [1, 0], [2, 1, 8], [4, 1, 0], [2, 2, 0x29, 0], [2, 3, 0x0A, 0xFF, 0xFF]] as [Bytes])
    func `a known field that means nothing spoils all`(field: Bytes) {
        #expect(Claims(Samples.fal.bytes + field) == nil)
    }

    @Test func `changed bytes never stop the program`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let sound = Samples.everything.bytes
        var read = 0
        for _ in 0..<4000 {
            var bytes = sound
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            if let claims = Claims(bytes), Claims(claims.bytes) == claims { read += 1 }
        }
        #expect(read > 200, "seed \(seed)")
    }
}

struct PackedTextTests {
    @Test(arguments: [
        ("", PackedText.utf8, 0), ("a|b", .utf8, 3), ("ünïcode", .utf8, 9), ("MiniMax-Hailuo-2.3", .utf8, 18),
        ("0", .utf8, 1), ("00", .hex, 1), ("1313170000", .hex, 5), ("deadbeef0", .hex, 5), ("DEADBEEF", .token, 6), ("T2V-01", .token, 5),
        ("kling-3.0", .name, 7), ("arn:aws:bedrock:us-east-1", .name, 19),
        ("764cabcf-b745-4b3e-ae38-1200304cf45b", .uuid, 16), ("764CABCF-B745-4B3E-AE38-1200304CF45B", .token, 27),
        ("764cabcf-b745-4b3e-ae381-200304cf45b", .token, 27), ("------------------------------------", .token, 27),
    ])
    func `a text takes its shortest form`(text: String, kind: PackedText, count: Int) throws {
        let bytes = Bytes(text.utf8)
        var packed = Bytes()
        bytes.withUnsafeBufferPointer { text in
            #expect(PackedText(of: text) == kind)
            kind.pack(text, into: &packed)
        }
        #expect(packed.count == count && kind.size(of: kind == .uuid ? 0 : bytes.count) == count)
        #expect(kind.unpack(packed[...], count: bytes.count) == text)
    }

    @Test func `bits that no character needs are zero`() {
        #expect(Alphabet.hex.unpack([0x10], count: 1) == "1")
        #expect(Alphabet.hex.unpack([0x12], count: 1) == nil)
        #expect(Alphabet.token.unpack([0x08], count: 1) == "C")
        #expect(Alphabet.token.unpack([0x09], count: 1) == nil)
        #expect(Alphabet.name.unpack([0xFC], count: 1) == nil, "no 64th character")
        #expect(Alphabet.hex.unpack([0x12], count: 3) == nil)
    }

    /// The bytes of `text` after others that it may refer to.
    private func written(_ text: String, after earlier: [String]) -> Bytes {
        var writer = ClaimsWriter()
        for text in earlier { writer.write(text, remember: true) }
        let start = writer.bytes.count
        writer.write(text)
        var reader = ClaimsReader(writer.bytes[...])
        for text in earlier { #expect(reader.text(remember: true) == text) }
        #expect(reader.text().map { Bytes($0.utf8) } == Bytes(text.utf8) && reader.isAtEnd)
        return Bytes(writer.bytes[start...])
    }

    @Test func `an earlier text is referred to`() {
        #expect(written("fal", after: ["x", "fal"]) == [head(.same, 1)])
        #expect(written("fal/x", after: ["x", "fal"]) == [head(.below, 0), head(.same, 1)])
        #expect(written("x/fal", after: ["x", "fal"]) == [head(.below, 1), head(.same, 0)])
        #expect(written("a/fal/x", after: ["x", "fal"]) == [head(.below, 0), head(.below, 1), head(.utf8, 1), UInt8(ascii: "a")])
        #expect(written("/x", after: ["x"]) == [head(.below, 0), head(.utf8, 0)])
        #expect(written("a/", after: [""]).first == head(.utf8, 2))
        #expect(written("fax", after: ["x"]).first == head(.utf8, 3))
    }

    private func head(_ kind: PackedText, _ count: UInt8) -> UInt8 { count << 3 | kind.rawValue }

    @Test func `letters composed differently are different`() {
        #expect(written("e\u{301}", after: ["\u{E9}"]).first == head(.utf8, 3))
        #expect(written("a/e\u{301}", after: ["\u{E9}"]).first == head(.utf8, 5))
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384]) func `a field of any length is skipped by its length`(count: Int) {
        var writer = ClaimsWriter(after: [9])
        writer.write(field: 77) { writer in for _ in 0..<count { writer.write(5 as UInt8) } }
        var reader = ClaimsReader(writer.bytes[...])
        #expect(reader.byte() == 9 && reader.number() == 77)
        var field = reader.field()
        #expect(reader.isAtEnd && field?.byte() == (count == 0 ? nil : 5))
    }

    @Test(arguments: [
        0, 0.5, 4, 8, 7.25, 5.041667, 12.345678, 0.1, 29.97, 1e9, 1e300, 1.0 / 3, -1, -0.0, .pi, .infinity, -.infinity,
        .greatestFiniteMagnitude, .leastNonzeroMagnitude, 4_503_599_627_370_495, 4_503_599_627_370_497, .nan,
    ])
    func `a decimal is exact`(value: Double) {
        var writer = ClaimsWriter()
        writer.write(value)
        var reader = ClaimsReader(writer.bytes[...])
        #expect(reader.decimal()?.bitPattern == value.bitPattern)
        #expect(reader.isAtEnd)
    }

    @Test func `usual lengths take few bytes`() {
        let counts = [4, 8, 15, 16, 7.5, 29.97].map { value in
            var writer = ClaimsWriter()
            writer.write(value as Double)
            return writer.bytes.count
        }
        #expect(counts == [1, 1, 1, 2, 2, 3])
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 1 << 63, .max] as [UInt64])
    func `a whole number is exact`(number: UInt64) {
        var writer = ClaimsWriter()
        writer.write(number)
        var reader = ClaimsReader(writer.bytes[...])
        #expect(reader.number() == number)
        #expect(reader.isAtEnd)
    }

    @Test func `a number beyond 64 bits is refused`() {
        var reader = ClaimsReader((Bytes(repeating: 0xFF, count: 9) + [2])[...])
        #expect(reader.number() == nil)
        reader = ClaimsReader((Bytes(repeating: 0x80, count: 10) + [1])[...])
        #expect(reader.number() == nil)
    }

    @Test(arguments: [0, 1, -1, .max, .min] as [Int64]) func `a signed number is exact`(number: Int64) {
        var writer = ClaimsWriter()
        writer.write(signed: number)
        var reader = ClaimsReader(writer.bytes[...])
        #expect(reader.signed() == number)
    }
}

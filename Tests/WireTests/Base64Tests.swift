import Testing
import Wire

struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors) func `the standard alphabet is the RFC's`(plain: String, text: String) throws {
        #expect(Base64.standard.text(Bytes(plain.utf8)) == text)
        #expect(try Base64.standard.decode(text) == Bytes(plain.utf8))
    }

    @Test(arguments: vectors) func `the URL spelling has no padding`(plain: String, text: String) throws {
        let bare = text.filter { $0 != "=" }
        #expect(Base64.url.text(Bytes(plain.utf8)) == bare)
        #expect(try Base64.url.decode(bare) == Bytes(plain.utf8))
    }

    @Test func `the two spellings differ in their last two characters`() throws {
        let bytes: Bytes = [0xFB, 0xEF, 0xFF]
        #expect(Base64.standard.text(bytes) == "++//")
        #expect(Base64.url.text(bytes) == "--__")
        #expect(throws: Base64Error(offset: 0)) { try Base64.standard.decode("--__") }
        #expect(throws: Base64Error(offset: 0)) { try Base64.url.decode("++//") }
    }

    @Test(arguments: [
        ("Zg", 2), ("Zg=", 3), ("Zm9", 3), ("Z", 1), ("Z===", 1), ("=", 0), ("====", 0),  // short, or padding where none can be
        ("Zg==Zg==", 4), ("Zg===", 4), ("Zm9v=", 4), ("Zg=v", 3), ("Zg==\n", 4),  // something after the padding
        ("Zm9v\nYmFy", 4), ("Zm 9v", 2), ("Zm9v YmFy", 4), ("\tZm9v", 0), ("Zm9.", 3), ("Zm9v*", 4),  // not in the alphabet
        ("Zh==", 1), ("Zm9=", 2), ("ZmF", 3), ("Zm9vYmEé", 7),  // unused bits set; too short; beyond ASCII
    ])
    func `a malformed text is rejected with its position`(text: String, offset: Int) {
        #expect(throws: Base64Error(offset: offset)) { try Base64.standard.decode(text) }
    }

    @Test(arguments: [("Zg==", 2), ("Z", 1), ("Zm9vY", 5), ("Zh", 1), ("Zm9", 2), ("Zm9vYm9", 6)])
    func `a malformed URL text is refused where it breaks`(text: String, offset: Int) {
        #expect(throws: Base64Error(offset: offset)) { try Base64.url.decode(text) }
    }

    @Test(arguments: [Base64.standard, .url])
    func `no two texts of four characters or fewer mean the same bytes`(base64: Base64) {
        var seen: [Bytes: Bytes] = [:]
        let alphabet = Bytes("AQgw/_=9".utf8)
        var texts: [Bytes] = [[]]
        for _ in 0..<4 {
            texts = texts.flatMap { text in alphabet.map { text + [$0] } }
            for text in texts {
                guard let bytes = try? base64.decode(text) else { continue }
                #expect(seen.updateValue(text, forKey: bytes) == nil)
                #expect(base64.encode(bytes) == text)
            }
        }
        #expect(seen.count > 500)
    }

    @Test(arguments: [Base64.standard, .url])
    func `pieces split anywhere give the same as the whole`(base64: Base64) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let whole = base64.encode(bytes)
            var encoder = Base64Encoder(base64)
            var text = Bytes()
            for piece in cut(bytes, using: &random) { encoder.encode(piece, into: &text) }
            encoder.finish(into: &text)
            #expect(text == whole, "seed \(seed)")

            var decoder = Base64Decoder(base64)
            var back = Bytes()
            for piece in cut(whole, using: &random) { try decoder.decode(piece, into: &back) }
            try decoder.finish(into: &back)
            #expect(back == bytes, "seed \(seed)")
        }
    }

    @Test func `the offset of a fault counts over all pieces`() {
        let text = Bytes("Zm9vYmFyZm9vYm!yZm9v".utf8)
        for size in 1...text.count {
            #expect(throws: Base64Error(offset: 14)) {
                var decoder = Base64Decoder(.standard)
                var bytes = Bytes()
                for start in stride(from: 0, to: text.count, by: size) {
                    try decoder.decode(text[start..<min(start + size, text.count)], into: &bytes)
                }
            }
        }
    }

    @Test func `bytes are appended to existing ones`() throws {
        var bytes: Bytes = [1]
        var decoder = Base64Decoder(.standard)
        try decoder.decode(Bytes("AgMEBQ==".utf8)[...], into: &bytes)
        try decoder.finish(into: &bytes)
        #expect(bytes == [1, 2, 3, 4, 5])
    }

    private func cut(_ bytes: Bytes, using random: inout SeededGenerator) -> [Slice] {
        var pieces: [Slice] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 0...9, using: &random))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
private struct SeededGenerator: RandomNumberGenerator {
    var seed: UInt64

    mutating func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (seed ^ seed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

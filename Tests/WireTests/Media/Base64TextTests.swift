import Testing
import Wire

@Suite struct Base64TextTests {
    private func errorOffset(_ text: String) -> Int? {
        do {
            _ = try Base64Text(Slice(text))
            return nil
        } catch { return error.offset }
    }

    @Test(arguments: [
        ("", ""), ("QQ==", "QQ=="), ("QUI=", "QUI="), ("QUJD", "QUJD"),
        ("QQ", "QQ=="), ("QUI", "QUI="),
        ("--__", "++//"), ("__--", "//++"), ("-_+/", "+/+/"),
        (" QU\r\nJD\t", "QUJD"), ("Q Q = =", "QQ=="),
        ("%2B%2f%3d", nil), ("QQ%3D%3D", "QQ=="), ("QU%4A%44", "QUJD"),
        ("QR==", "QQ=="), ("QUJ=", "QUI="), ("QR", "QQ=="), ("//==", "/w=="), ("++==", "+w=="), ("99==", "9w=="),
        ("zz==", "zw=="), ("ZZ==", "ZQ=="),
    ])
    func `the forms that clients use are normalized`(written: String, standard: String?) throws {
        guard let standard else {
            #expect(errorOffset(written) != nil)
            return
        }
        let text = try Base64Text(Slice(written))
        #expect(text.text.text == standard)
        #expect(try text.decoded().count == text.byteCount)
    }

    @Test(arguments: [
        ("Q", 1), ("QUJDQ", 5), ("====", 4), ("=", 1), ("QQ=", 3), ("Q===", 4), ("QUJD====", 8), ("QQ===", 5),
        ("QQ==QQ==", 4), ("QU=I", 3), ("QQ=", 3), ("QUJ\u{0}", 3), ("QUJ.", 3), ("QUJ%", 3), ("QU%00", 2), ("QUé=", 2), ("QUJD,QUJD", 4),
    ])
    func `text that is not base64 is rejected with its position`(text: String, offset: Int) {
        #expect(errorOffset(text) == offset)
    }

    @Test func `every byte outside of the alphabet is found, at any position`() throws {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max {
            for place in [0, 31, 32, 60, 63, 64, 65] {
                var text = Bytes(repeating: UInt8(ascii: "A"), count: 68)
                text[place] = byte
                let isClean = (try? Base64Text(text[...]))?.text.elementsEqual(text) ?? false
                #expect(isClean == alphabet.contains(byte), "byte \(byte) at \(place)")
            }
        }
    }

    @Test func `any bytes come back from any spelling`() throws {
        var random = SeededRandom()
        for round in 0..<500 {
            let bytes = random.bytes(Int.random(in: 0...200, using: &random))
            var text = Base64.standard.encode(bytes)
            if Bool.random(using: &random) { while text.last == UInt8(ascii: "=") { text.removeLast() } }
            if Bool.random(using: &random) { text = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 } }
            if Bool.random(using: &random) { text = text.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 } }
            if Bool.random(using: &random) { text.insert(0x0A, at: Int.random(in: 0...text.count, using: &random)) }
            let read = try Base64Text(text[...])
            try #require(try read.decoded() == bytes, "\(random) round \(round)")
            try #require(read.byteCount == bytes.count, "\(random) round \(round)")
            let count = Int.random(in: 0...210, using: &random)
            let prefix = try read.decodedPrefix(count)
            try #require(bytes.starts(with: prefix), "\(random) round \(round)")
            try #require((min(count, bytes.count)...(count + 2)).contains(prefix.count), "\(random) round \(round)")
        }
    }
}

import Testing
import Wire

@Suite struct InlineMediaTests {
    private func decoded(_ text: String, ordinal: Int = 0, pieces: [Slice]? = nil) throws -> Bytes {
        var media = InlineMedia(ordinal: ordinal, threshold: 8)
        var bytes = Bytes()
        for piece in pieces ?? [Slice(text)] { bytes += try media.decode(piece) }
        try media.checkComplete()
        return bytes
    }

    @Test(arguments: [
        "QUJDREVGRw==", "QUJDREVGRw", #"QUJD\nREVG\r\nRw=="#, #"QUJDREVGRw\u003d\u003d"#, "data:video/mp4;base64,QUJDREVGRw==",
        " QUJDREVGRw==",
    ])
    func `a video is decoded from every form`(text: String) throws {
        #expect(try decoded("{\"data\":\"\(text)\"}") == Bytes("ABCDEFG".utf8))
    }

    @Test func `slashes may be escaped`() throws {
        #expect(try decoded(#"["\/\/\/\/\/\/\/\/"]"#) == Bytes(repeating: 0xFF, count: 6))
    }

    @Test(arguments: [
        (#"["QUJDREVG"]"#, InlineMedia.ParseError.missing),
        (#"["QUJDREVGRw=="#, .missing),
        ("", .missing),
        (#"["QUJDREVG!w=="]"#, .notBase64(offset: 8)),
        (#"["QUJDREVGR===="]"#, .notBase64(offset: 9)),
        (#"["QUJDREVGR"]"#, .notBase64(offset: 9)),
        (#"["data:;base64,QUJDREVG!w=="]"#, .notBase64(offset: 8)),
    ])
    func `a response without a complete video is rejected`(text: String, fault: InlineMedia.ParseError) {
        #expect(throws: fault) { try decoded(text) }
    }

    @Test func `any video, however split, is decoded completely`() throws {
        var random = SeededRandom()
        for round in 0..<200 {
            let clip = random.bytes(Int.random(in: 9...2000, using: &random))
            let prefix = Bool.random(using: &random) ? "data:video/mp4;base64," : ""
            var text = JSONValue.object([("first", "a string that is long"), ("data", .string(prefix + Base64.standard.text(clip)))]).text
            if Bool.random(using: &random) { text = text.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "\\/") }
            let pieces = random.pieces(of: Bytes(text.utf8), most: [1, 3, 100, 5000].randomElement(using: &random) ?? 1)
            try #require(try decoded(text, ordinal: 1, pieces: pieces) == clip, "\(random) round \(round)")
        }
    }
}

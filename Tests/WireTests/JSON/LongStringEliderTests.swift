import Testing
import Wire

@Suite struct LongStringEliderTests {
    private func kept(_ text: String, threshold: Int = 8, pieces: [Slice]? = nil) -> String {
        var strings = LongStringElider(threshold: threshold)
        var kept = Bytes()
        for piece in pieces ?? [Slice(text)] { strings.elide(piece, into: &kept) }
        return kept[...].text
    }

    private func extracted(_ ordinal: Int, _ text: String, threshold: Int = 8, pieces: [Slice]? = nil) -> String? {
        var extractor = LongStringExtractor(ordinal: ordinal, threshold: threshold)
        var bytes = Bytes()
        for piece in pieces ?? [Slice(text)] { bytes += extractor.extract(piece) }
        return extractor.isDone ? bytes[...].text : nil
    }

    @Test(arguments: [
        #"{"a":"12345678","b":[true,null,1.5e3,"\"\\\/"]}"#, "", #"""#, #"{"a":"b"#, "not JSON at all",
        #"["a" , "\u00e9" ]"#, #""12345\\n""#,
    ])
    func `what has no long string passes unchanged`(text: String) {
        #expect(kept(text) == text)
        #expect(extracted(0, text) == nil)
    }

    @Test func `a long string is replaced by a mark that describes it`() throws {
        let video = Base64.standard.text(Bytes("\0\0\0\u{18}ftypmp42".utf8) + Bytes(repeating: 7, count: 100))
        let text = #"{"status":"done","video":{"data":"\#(video)","mime":"x"},"text":"a long text, not base64"}"#
        let json = try JSON(parsing: kept(text, threshold: 16))
        #expect(json.at("status")?.string == "done" && json.at("video", "mime")?.string == "x")
        #expect(json.at("status")?.elided == nil && json.elided == nil)
        let elided = try #require(json.at("video", "data")?.elided)
        #expect(elided.ordinal == 0 && elided.count == video.utf8.count && elided.byteCount == 112 && elided.type == .mp4)
        #expect(elided.head == String(video.prefix(96)))
        let words = try #require(json.at("text")?.elided)
        #expect(words.ordinal == 1 && words.count == 23 && words.type == nil && words.head == "")
        #expect(json.at("text")?.elided?.ordinal == 1)
        let others = try JSON(parsing: kept(#"["data:video/webm;base64,\#(video)","séances","\\\\\\\\"]"#, threshold: 7))
        #expect(others.elements.map { $0.elided?.type } == [.mp4, nil, nil])
        #expect(others.elements.map { $0.elided?.head.isEmpty } == [false, true, true])
    }

    @Test(arguments: [
        ("QUJDRA==", 4), ("QUJDREU=", 5), ("QUJDREVG", 6), ("QUJDRA", 4), ("QUJDREU", 5),
        (#"QUJDRA\u003d\u003D"#, 4), (#"QUJD\nRA\r\n=="#, 4),
    ])
    func `the mark knows how many bytes base64 decodes to`(base64: String, count: Int) throws {
        let json = try JSON(parsing: kept("[\"\(base64)\",\"data:video/webm;base64,\(base64)\"]", threshold: 4))
        #expect(json[0]?.elided?.byteCount == count)
        #expect(json[1]?.elided?.byteCount == count)
        #expect(json[1]?.elided?.type == .webm)
    }

    @Test func `a text may grow beyond the threshold in many pieces before its long string comes`() {
        let pieces = [#"{"a":"1234","b""#, #":"12345678","#, #""c":"123456"#, #"789"}"#].map { Slice($0) }
        #expect(kept("", pieces: pieces) == #"{"a":"1234","b":"12345678","c":"\u0000genlock-elided:0:9:0:123456789"}"#)
    }

    @Test func `length is counted as written, and the threshold itself is kept`() {
        let text = kept(#"["12345678","\u00410000","\u004100000"]"#, threshold: 10)
        #expect(text == #"["12345678","\u00410000","\u0000genlock-elided:0:6:0:A00000"]"#)
        #expect(kept(#"["12345678"]"#, threshold: 7) == #"["\u0000genlock-elided:0:8:0:12345678"]"#)
    }

    @Test func `long names and strings in names' company are counted alike`() throws {
        let text = #"{"a long name":1,"b":"a long value","c":"short"}"#
        let json = try JSON(parsing: kept(text))
        #expect(json["b"]?.elided?.ordinal == 1)
        #expect(extracted(0, text) == "a long name" && extracted(1, text) == "a long value" && extracted(2, text) == nil)
    }

    @Test func `a string that does not end leaves a text that is not JSON`() {
        let text = kept(#"{"a":"0123456789"#)
        #expect(text == #"{"a":""#)
        #expect(extracted(0, #"{"a":"0123456789"#) == nil)
    }

    @Test(arguments: [
        (#"0123\/456789"#, "0123/456789"), (#"\u0041\u00e9\u20AC123"#, "Aé€123"), (#"\b\f\n\r\t\"\\x"#, "\u{8}\u{C}\n\r\t\"\\x"),
        (#"\ud83d\ude00123"#, "\u{FFFD}\u{FFFD}123"), ("0é😀12345", "0é😀12345"),
    ])
    func `escapes of an extracted string are undone`(written: String, text: String) {
        #expect(extracted(0, "[\"\(written)\"]") == text)
    }

    @Test func `a piece without escapes is handed on, not copied`() {
        var extractor = LongStringExtractor(ordinal: 0, threshold: 4)
        _ = extractor.extract(Slice("[\"12345"))
        let piece = Bytes("67890".utf8)
        let found = extractor.extract(piece[...])
        #expect(found.text == "67890" && !extractor.isDone)
        #expect(found.withUnsafeBufferPointer(\.baseAddress) == piece.withUnsafeBufferPointer(\.baseAddress))
        #expect(extractor.extract(Slice("\",\"1234567\"]")).isEmpty && extractor.isDone)
    }

    @Test(arguments: [
        "genlock-elided:0:1:0:", #"\u0000genlock-elided:0:1:0"#,
        #"\u0000genlock-elided:0"#, #"\u0000genlock-elided:x:1:0:"#, #"\u0000genlock-elided:-1:1:0:"#,
        #"\u0000genlock-elided:0:1:2:"#,
        #"\u0000genlock-elided:0:1:-1:"#, #"\u0000genlock-elided::::"#, #"\u0000genlock-elided:99999999999999999999:1:0:"#, #"\u0000"#,
    ])
    func `no other string passes for a mark`(text: String) throws {
        #expect(try JSON(parsing: "\"\(text)\"").elided == nil)
    }

    @Test(arguments: ["=", "==", "===", "====", "======", "=a====", "a\n=\n===="])
    func `the padding of base64 is counted alike, however it is split`(end: String) {
        let text = JSONValue.array([.string("0123456789" + end)]).text
        let bytes = Bytes(text.utf8)
        for step in 1...5 {
            let pieces = stride(from: 0, to: bytes.count, by: step).map { bytes[$0..<min($0 + step, bytes.count)] }
            #expect(kept(text, pieces: pieces) == kept(text))
        }
    }

    @Test func `however a text is split, the same is kept and the same is extracted`() throws {
        var random = SeededRandom()
        for round in 0..<400 {
            var strings: [String] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let lengths = Bool.random(using: &random) ? 0...12 : 90...300
                let length = Int.random(in: lengths, using: &random)
                let letters = ["a", "/", "=", "+", "\"", "\\", "\n", "é", "€", "😀", "\u{1}"]
                strings.append((0..<length).map { _ in letters.randomElement(using: &random) ?? "" }.joined())
            }
            let text = JSONValue.object(strings.map { ($0, .array([.string($0), 1, true])) }).text
            let pieces = random.pieces(of: Bytes(text.utf8), most: [1, 3, 50, 1000].randomElement(using: &random) ?? 1)
            let whole = kept(text)
            try #require(kept(text, pieces: pieces) == whole, "\(random) round \(round)")
            let json = try JSON(parsing: whole)
            for (string, member) in zip(strings, json.members) {
                guard let ordinal = member.value[0]?.elided?.ordinal else {
                    try #require(member.value[0]?.string == string, "\(random) round \(round)")
                    continue
                }
                try #require(extracted(ordinal, text, pieces: pieces) == string, "\(random) round \(round)")
            }
        }
    }
}

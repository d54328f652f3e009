import Testing

@testable import Wire

struct FieldLinesTests {
    private func read(_ text: String, limit: Int = 10) throws(FieldLines.ParseError) -> Headers? {
        let bytes = Bytes(text.utf8)
        var lines = FieldLines(from: 0, limit: limit)
        return try lines.read(bytes.span) ? lines.headers(in: bytes.span) : nil
    }

    @Test func `names are lowered and blanks around values are dropped`() throws {
        let headers = try #require(try read("Host: a\r\nX-Long-Name:\t b c \t\r\nEmpty:\r\n\r\n"))
        #expect(headers.fields.map(\.name) == ["host", "x-long-name", "empty"])
        #expect(headers.fields.map(\.value) == ["a", "b c", ""])
    }

    @Test func `fields that were read are found, changed and written like any others`() throws {
        var headers = try #require(try read("A: 1\r\nB: 2\r\nA: 3\r\n\r\n"))
        #expect(headers["a"] == "1" && headers.values("a") == ["1", "3"] && headers.has("b"))
        headers.remove("a")
        headers.add("c", "4")
        var written = Bytes()
        headers.appendLines(to: &written)
        #expect(String(decoding: written, as: UTF8.self) == "b: 2\r\nc: 4\r\n")
    }

    @Test func `a run without its empty line is not complete`() throws {
        #expect(try read("A: 1\r\nB: 2\r") == nil)
    }

    @Test(
        arguments: zip(
            ["A: 1\n", "A: 1\rB", " A: 1\r\n", "A : 1\r\n", ": 1\r\n", "A: \u{1}\r\n", "A: 1\r\nB: 2\r\nC: 3\r\n"],
            [FieldLines.ParseError.bareLineFeed, .bareCarriageReturn, .folded, .spaceBeforeColon, .badName, .badValue, .tooMany]))
    func `each error is named`(_ text: String, _ flaw: FieldLines.ParseError) {
        #expect(throws: flaw) { try read(text + "\r\n", limit: 2) }
    }

    @Test func `every byte that is allowed in a token or a value is accepted, and no other`() {
        for byte in UInt8.min...UInt8.max {
            let isToken =
                "!#$%&'*+-.^_`|~".utf8.contains(byte) || UnicodeScalar(byte).properties.isAlphabetic && byte < 128
                || (0x30...0x39).contains(byte)
            #expect(Headers.isTokenByte(byte) == isToken, "\(byte)")
            #expect(Headers.isValueByte(byte) == (byte == 9 || byte >= 32 && byte != 127), "\(byte)")
        }
    }

    @Test func `fields about the connection do not travel on`() {
        var headers = Headers([
            ("connection", "close, X-Hop"), ("x-hop", "1"), ("keep-alive", "5"), ("te", "trailers"), ("upgrade", "h2c"),
            ("proxy-connection", "close"), ("content-length", "3"), ("transfer-encoding", "chunked"), ("trailer", "x"), ("etag", "\"a\""),
        ])
        headers.removeConnectionFields()
        #expect(headers == Headers([(.etag, "\"a\"")]))
    }
}

import Conformance
import Testing
import Wire

@testable import HTTP

struct RequestParserTests {
    @Test(arguments: FramingCase.all)
    func `each case of the table gives its outcome`(_ example: FramingCase) {
        #expect(ParsedRequests([example.bytes[...]]).outcomes == example.outcomes)
    }

    @Test(arguments: FramingCase.all)
    func `byte by byte gives the same`(_ example: FramingCase) {
        let bytes = example.bytes[...]
        let size = bytes.count < 2000 ? 1 : 61  // the long ones are about limits; byte by byte they take seconds in a debug build
        let parts = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        #expect(ParsedRequests(parts).outcomes == example.outcomes)
    }

    @Test func `any split of the bytes gives the same events`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        for example in FramingCase.all {
            for _ in 0..<(example.bytes.count < 2000 ? 20 : 2) {
                let parts = random.cut(example.bytes[...], into: Int.random(in: 1...8, using: &random))
                #expect(ParsedRequests(parts).outcomes == example.outcomes, "seed \(seed), \(example.name), cuts \(parts.map(\.endIndex))")
            }
        }
    }

    @Test func `any change of one byte is read the same however it is split`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        for example in FramingCase.all where example.bytes.count < 400 {
            for _ in 0..<40 {
                var bytes = example.bytes
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                let whole = ParsedRequests([bytes[...]]).outcomes
                let cut = ParsedRequests(random.cut(bytes[...], into: 5)).outcomes
                #expect(whole == cut, "seed \(seed), \(example.name), \(bytes)")
            }
        }
    }

    @Test func `a head is handed on as it was sent`() throws {
        let text = "POST /v1/videos?a=1&b=x%20y HTTP/1.1\r\nHost: api.example:81\r\nX-Key:  Value Here \r\nContent-Length: 2\r\n\r\n{}"
        let head = try #require(ParsedRequests(text).heads.first)
        #expect(head.method == .post && head.path == "/v1/videos" && head.version == .http11)
        #expect(String(decoding: head.queryText, as: UTF8.self) == "a=1&b=x%20y" && head.query["b"] == "x y")
        #expect(head.authority == "api.example:81" && head.bodyLength == 2)
        #expect(head.headers.fields.map(\.name) == ["host", "x-key", "content-length"])
        #expect(head.headers["x-key"] == "Value Here")
    }

    @Test func `the authority of an absolute target counts instead of ScriptedServer`() throws {
        let head = try #require(ParsedRequests("GET https://b:81/c?d HTTP/1.1\r\nHost: a\r\n\r\n").heads.first)
        #expect(head.authority == "b:81" && head.path == "/c" && head.queryText.elementsEqual("d".utf8))
        #expect(head.headers.fields.filter { $0.name == "host" }.map(\.value) == ["b:81"])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true), ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: te, Close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: te\r\nConnection: close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: closer\r\n\r\n", true), ("GET / HTTP/1.0\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
        ("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false),
    ])
    func `the connection lives on if both sides want it`(_ text: String, _ keepsAlive: Bool) {
        var parser = RequestParser(Limits())
        var input = Bytes(text.utf8)[...]
        guard case .head = parser.next(&input) else { return #expect(Bool(false), "no head") }
        #expect(parser.keepsAlive == keepsAlive)
    }

    @Test(arguments: [
        ("HTTP/1.1", "Content-Length: 3\r\n", true), ("HTTP/1.1", "Transfer-Encoding: chunked\r\n", true),
        ("HTTP/1.1", "Content-Length: 0\r\n", false), ("HTTP/1.1", "", false), ("HTTP/1.0", "Content-Length: 3\r\n", false),
    ])
    func `only a client with a body to send waits for 100 Continue`(version: String, framing: String, expected: Bool) {
        var parser = RequestParser(Limits())
        var input = Bytes("POST / \(version)\r\nHost: a\r\nExpect: 100-Continue\r\n\(framing)\r\n".utf8)[...]
        guard case .head = parser.next(&input) else { return #expect(Bool(false), "no head") }
        #expect(parser.expectsContinue == expected)
    }

    @Test func `body bytes are slices of the input, not copies`() {
        var parser = RequestParser(Limits())
        var input = Bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcdGET".utf8)[...]
        let start = input.endIndex - 7
        guard case .head = parser.next(&input), case .piece(let piece) = parser.next(&input) else {
            return #expect(Bool(false), "no body")
        }
        #expect(piece.indices == start..<(start + 4) && input.startIndex == start + 4)
    }

    @Test func `limits are kept at the byte`() {
        var limits = Limits()
        limits.maxHeaderBytes = 40
        let exact = "GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaa\r\n\r\n"
        #expect(exact.utf8.count == 40)
        #expect(ParsedRequests([Bytes(exact.utf8)[...]], limits).outcomes == [.request("GET", "/")])
        limits.maxHeaderBytes = 39
        #expect(ParsedRequests([Bytes(exact.utf8)[...]], limits).outcomes == [.refused(431, "headTooLong")])
        limits = Limits()
        limits.maxTargetBytes = 3
        #expect(ParsedRequests([Bytes("GET /ab HTTP/1.1\r\nHost: a\r\n\r\n".utf8)[...]], limits).outcomes == [.request("GET", "/ab")])
        #expect(
            ParsedRequests([Bytes("GET /abc HTTP/1.1\r\nHost: a\r\n\r\n".utf8)[...]], limits).outcomes == [.refused(414, "targetTooLong")])
    }

    @Test func `every refusal has a status of the protocol and a sentence`() {
        let seen = Set(FramingCase.all.flatMap { ParsedRequests([$0.bytes[...]]).errors })
        for refusal in seen {
            #expect([400, 413, 414, 417, 431, 501, 505].contains(refusal.status))
            #expect(refusal.reason.hasSuffix(".") && refusal.reason.count > 20)
        }
        #expect(seen.count >= 30)
    }
}

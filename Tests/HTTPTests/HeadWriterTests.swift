import Testing
import Wire

@testable import HTTP

struct HeadWriterTests {
    private static let date = HeadWriter.dateLine(Timestamp(unix: 1_795_262_400))

    private func response(
        _ status: Int, _ headers: Headers, body: BodyFraming, keepsAlive: Bool = true, to version: HTTPVersion = .http11
    ) -> String {
        var bytes = Bytes()
        HeadWriter.appendResponse(
            status, headers, body: body, date: HeadWriterTests.date, keepsAlive: keepsAlive, to: version, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let dated = "date: Sat, 21 Nov 2026 12:00:00 GMT\r\n"

    @Test func `a response head has the handler's fields, the date and the framing`() {
        let headers = Headers([(.contentType, "application/json")])
        let fields = "content-type: application/json\r\n\(Self.dated)content-length: 3\r\n"
        #expect(response(200, headers, body: .length(3)) == "HTTP/1.1 200 OK\r\n\(fields)\r\n")
        #expect(response(202, body: .chunked) == "HTTP/1.1 202 Accepted\r\n\(Self.dated)transfer-encoding: chunked\r\n\r\n")
        #expect(response(204, body: .none) == "HTTP/1.1 204 No Content\r\n\(Self.dated)\r\n")
        #expect(response(599, body: .length(0)) == "HTTP/1.1 599 Status\r\n\(Self.dated)content-length: 0\r\n\r\n")
    }

    private func response(_ status: Int, body: BodyFraming, keepsAlive: Bool = true, to version: HTTPVersion = .http11) -> String {
        response(status, Headers(), body: body, keepsAlive: keepsAlive, to: version)
    }

    @Test func `a connection option is sent only if it is not the default of the version`() {
        #expect(response(200, body: .length(0), keepsAlive: false).hasSuffix("connection: close\r\n\r\n"))
        #expect(response(200, body: .length(0), to: .http10).hasSuffix("connection: keep-alive\r\n\r\n"))
        #expect(!response(200, body: .length(0)).contains("connection:"))
    }

    @Test func `fields about framing are never the handler's`() {
        let headers = Headers([
            (.contentLength, "9"), (.transferEncoding, "chunked"), (.connection, "x"), (.etag, "\"e\""), (.date, "then"),
        ])
        #expect(response(200, headers, body: .length(0)) == "HTTP/1.1 200 OK\r\netag: \"e\"\r\ndate: then\r\ncontent-length: 0\r\n\r\n")
    }

    @Test func `a line break in a value cannot make a field`() {
        let headers = Headers([(.etag, "a\r\nset-cookie: b\r\n\r\nc")])
        #expect(response(200, headers, body: .length(0)).split(separator: "\r\n").count == 4)
    }

    @Test func `a response that was written can be read`() {
        for body in [BodyFraming.length(0), .length(1_234_567_890_123), .chunked, .untilClose] {
            var bytes = Bytes(response(201, Headers([("x-a", "1"), ("x-b", "")]), body: body, keepsAlive: false).utf8)[...]
            var parser = ResponseParser(to: .get, Limits())
            guard case .head(let head) = parser.next(&bytes) else { return #expect(Bool(false), "no head") }
            #expect(head.status == 201 && head.body == body && head.headers["x-a"] == "1" && head.headers["x-b"] == "")
        }
    }

    private func request(
        _ method: Method, _ headers: Headers, body: BodyFraming, target: String = "/a?b", authority: String = "h:1"
    ) -> String? {
        var bytes = Bytes()
        guard HeadWriter.appendRequest(method, target: target, authority: authority, headers, body: body, to: &bytes) else {
            #expect(bytes.isEmpty)
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a request head names its host first and frames its body`() {
        let headers = Headers([(.host, "other"), ("x-a", "1"), (.contentLength, "9")])
        #expect(request(.get, headers, body: .none) == "GET /a?b HTTP/1.1\r\nhost: h:1\r\nx-a: 1\r\n\r\n")
        #expect(request(.post, headers, body: .none) == "POST /a?b HTTP/1.1\r\nhost: h:1\r\nx-a: 1\r\ncontent-length: 0\r\n\r\n")
        #expect(request(.post, headers, body: .length(7))!.hasSuffix("content-length: 7\r\n\r\n"))
        #expect(request(.put, headers, body: .chunked)!.hasSuffix("transfer-encoding: chunked\r\n\r\n"))
    }

    @Test(arguments: [("/a b", "h"), ("/a\r\nX: y", "h"), ("", "h"), ("/\u{FC}", "h"), ("/", "h\r\nX: y"), ("/", "")])
    func `a request head that would read differently is not written`(_ target: String, _ authority: String) {
        #expect(request(.get, Headers(), body: .none, target: target, authority: authority) == nil)
    }

    @Test(arguments: [(1, "1"), (15, "f"), (16, "10"), (255, "ff"), (4096, "1000"), (65_536, "10000"), (0x1234_ABCD, "1234abcd")])
    func `chunk sizes are written in hexadecimal`(_ size: Int, _ text: String) {
        var bytes = Bytes()
        HeadWriter.appendChunkSize(size, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text + "\r\n")
    }
}

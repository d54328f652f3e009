import Testing

@testable import Gateway

/// Request paths of clients whose base URL already contains part of the path.
struct RequestPathTests {
    @Test(arguments: [
        ("//v1/videos", "/v1/videos"), ("/v1/v1/videos", "/v1/videos"), ("/v1/videos/", "/v1/videos"), ("/v1//videos//x//", "/v1/videos/x"),
        ("/openai/v1/v1/videos/x/content/", "/openai/v1/videos/x/content"), ("/v2/v2/text-to-video/", "/v2/text-to-video"),
        ("/siraya//v1/v1/models", "/siraya/v1/models"), ("//healthz", "/healthz"), ("/v1/v1/v1/videos", "/v1/videos"),
    ]) func `the path that was meant is found`(_ path: String, _ meant: String) {
        #expect(RequestPath.corrected(path) == meant)
    }

    @Test(arguments: ["/v1/videos", "/", "/v1/v2/videos", "/vx/vx", "/v1/models/a/b"]) func `a right path stays`(_ path: String) {
        #expect(RequestPath.corrected(path) == nil)
    }

    @Test(arguments: [
        "POST //v1/videos", "POST /v1/v1/videos", "POST /v1/videos/", "POST //v1/videos/generations/", "POST /v1/v1/video/generations",
        "POST /v2//video/generations", "GET //v1/videos/models/", "GET /v1/v1/models", "GET /v1/models/", "GET /healthz/", "GET //readyz",
        "GET /openapi.json/", "GET /v1/v1/models/test/card/",
    ]) func `a base URL with too much in it is answered`(_ start: String) async throws {
        let router = try await TestHarness.startRouter([])
        let body = start.hasPrefix("POST") ? #"{"model":"test/card","prompt":"A kite"}"# : ""
        let answer = try await TestHarness.sendAndReadOnce(
            to: router,
            "\(start) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Connection: close\r\n\r\n" + body)
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer.prefix(400))")
    }

    @Test func `a query that is not UTF-8 is refused with its place`() async throws {
        let router = try await TestHarness.startRouter([])
        let answer = try await TestHarness.sendAndReadOnce(
            to: router, "GET /v1/videos?order=asc&after=caf%E9 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(answer.contains("'after' in the query of the URL is not UTF-8 text (byte 19 of the query)"))
    }
}

import Crypto
import Net
import Seal
import Server
import Testing
import Wire

@testable import Access
@testable import Gateway

/// What web pages on other origins may read: the requests are those that Chromium 150 sends.
struct CORSTests {
    private static let page = "https://app.example.com"
    private static let keys = [Authenticator.APIKey(caller: Caller(Owner(name: "studio")), digest: SHA256.digest(of: "sk-right"))]

    private static func router(_ origins: [String]) async throws -> Address {
        let authenticator = Authenticator(keys: keys)
        return try await TestHarness.startRouter(try TestHarness.makeConfig([], authenticator: authenticator, corsOrigins: origins))
    }

    private static func preflight(_ path: String, from origin: String = page, _ more: String = "") -> String {
        "OPTIONS \(path) HTTP/1.1\r\nHost: localhost\r\nOrigin: \(origin)\r\nAccess-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: authorization,content-type,x-stainless-lang\r\n\(more)Sec-Fetch-Mode: cors\r\n\r\n"
    }

    @Test(arguments: [
        "/v1/videos", "/v1/videos/video_abc", "/v1/videos/video_abc/content", "/v1/models", "/siraya/v1/videos/generations", "/nowhere",
        "/openapi.json", "/healthz", "/v1/videos/",
    ])
    func `a preflight is answered on every path without a key`(path: String) async throws {
        let router = try await Self.router([Self.page])
        let answer = try await TestHarness.send(router, Self.preflight(path, "Access-Control-Request-Private-Network: true\r\n"))
        #expect(answer.status == 204)
        #expect(answer["access-control-allow-origin"] == Self.page)
        #expect(answer["access-control-allow-credentials"] == "true")
        #expect(answer["access-control-allow-methods"]?.contains("DELETE") == true)
        #expect(answer["access-control-allow-headers"] == "authorization,content-type,x-stainless-lang")
        #expect(answer["access-control-allow-private-network"] == "true")
        #expect(answer["access-control-max-age"] == "7200")
        #expect(answer["vary"]?.contains("Origin") == true)
    }

    @Test(arguments: [
        "https://other.example.com", "http://app.example.com", "https://app.example.com:8443", "https://app.example.com.evil.net", "null",
    ])
    func `another origin gets no preflight and learns what to configure`(origin: String) async throws {
        let router = try await Self.router([Self.page])
        let answer = try await TestHarness.send(router, Self.preflight("/v1/videos", from: origin))
        #expect(answer.status == 403)
        #expect(answer["access-control-allow-origin"] == nil)
        #expect(answer["vary"]?.contains("Origin") == true)
        if origin != "null" { #expect(answer.body.contains("cors: [")) }
    }

    @Test(arguments: [
        ("GET", "/v1/models", "Bearer sk-right", 200), ("GET", "/v1/videos/nothing", "Bearer sk-right", 404),
        ("GET", "/v1/videos/x", "Bearer sk-wrong", 401),
        ("PATCH", "/v1/videos", "Bearer sk-right", 405), ("GET", "/nowhere", "-", 404), ("POST", "/v1/videos", "Bearer sk-right", 400),
    ])
    func `answers and errors alike can be read by the page`(method: String, path: String, key: String, status: Int) async throws {
        let router = try await Self.router([Self.page])
        let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(key)\r\n"
        let answer = try await TestHarness.send(router, head + "Origin: \(Self.page)\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == status)
        #expect(answer["access-control-allow-origin"] == Self.page)
        for name in ["x-request-id", "retry-after", "genlock-cost", "content-range", "content-disposition", "etag"] {
            #expect(answer["access-control-expose-headers"]?.contains(name) == true)
        }
        let other = try await TestHarness.send(router, head + "Origin: https://other.example.com\r\nContent-Length: 0\r\n\r\n")
        #expect(other.status == status)
        #expect(other["access-control-allow-origin"] == nil)
        #expect(other["vary"]?.contains("Origin") == true)
    }

    @Test(arguments: [
        "GET /v1/videos HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\nBad Name: 1\r\n\r\n",
        "GET /v1/videos HTTP/1.1\r\nORIGIN:https://app.example.com\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET /v1/videos HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\nExpect: wonders\r\n\r\n",
    ])
    func `what is refused before it is a request can be read as well`(text: String) async throws {
        let router = try await Self.router([Self.page])
        let answer = try await TestHarness.send(router, text)
        #expect(answer.status >= 400)
        #expect(answer["access-control-allow-origin"] == Self.page)
    }

    @Test func `a star allows every page without credentials`() async throws {
        let router = try await Self.router(["*"])
        let answer = try await TestHarness.send(router, Self.preflight("/v1/videos", from: "https://anything.example"))
        #expect(answer.status == 204)
        #expect(answer["access-control-allow-origin"] == "*")
        #expect(answer["access-control-allow-credentials"] == nil)
    }

    @Test(arguments: ["/files/video_abc/video-deoabc.mp4?expires=1", "/uploads/upl_x?signature=y"])
    func `a signed link answers every page, without any configuration`(path: String) async throws {
        let router = try await Self.router([])
        let preflight = try await TestHarness.send(router, Self.preflight(path, from: "https://anything.example"))
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-origin"] == "*")
        let method = path.hasPrefix("/files/") ? "GET" : "PUT"
        let refused = try await TestHarness.send(
            router, "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nOrigin: https://anything.example\r\nContent-Length: 0\r\n\r\n")
        #expect(refused.status == 404)
        #expect(refused["access-control-allow-origin"] == "*")
    }

    @Test(
        arguments: [
            ("/v1/videos", 204, "GET, HEAD, POST, OPTIONS"), ("*", 204, "GET, HEAD, POST, PUT, DELETE, OPTIONS"), ("/nowhere", 404, nil),
            ("/healthz", 204, "GET, HEAD, OPTIONS"),
        ] as [(String, Int, String?)])
    func `an OPTIONS request that is not a preflight returns the methods`(path: String, status: Int, allow: String?) async throws {
        let router = try await Self.router([])
        let answer = try await TestHarness.send(router, "OPTIONS \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(answer.status == status)
        #expect(answer["allow"] == allow)
        #expect(answer["access-control-allow-origin"] == nil)
    }

    @Test func `an invalid list of request headers is not repeated`() {
        var headers = Headers()
        headers.set("access-control-request-headers", "a b, c\"d")
        #expect(CORS.preflight(headers).headers["access-control-allow-headers"] == "authorization, content-type, idempotency-key, range")
    }
}

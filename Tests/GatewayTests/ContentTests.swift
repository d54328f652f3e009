import Crypto
import Jobs
import Net
import Seal
import Server
import Testing
import Vendors
import Wire

@testable import Access
@testable import Gateway
@testable import Upstream

/// What a client gets of a completed video, for each answer of the vendor's storage.
struct ContentTests {
    /// A completed job at a simulated vendor, and a router in front of it.
    struct Fixture {
        let router: Address
        let id: String
        let link: String
        let log: CallLog

        func get(_ fields: String = "", method: String = "GET", path: String? = nil) async throws -> WireResponse {
            try await TestHarness.send(
                router, "\(method) \(path ?? "/v1/videos/\(id)/content") HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        }

        var contentCalls: Int { log.all.count { $0.contains("/content") } }
    }

    static let clip = Bytes((0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    private static let stamp = "Sat, 21 Nov 2026 10:00:00 GMT"

    static func makeFixture(
        status: String = #"{"id":"up_1","status":"completed"}"#, seconds: Double? = 4, size: String? = "1280x720",
        _ content: @escaping @Sendable (any Exchange) async throws -> Void
    ) async throws -> Fixture {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { exchange in
            guard exchange.head.path.hasSuffix("/content") else {
                let body = status.replacing("BASE", with: "http://" + exchange.head.authority)
                return try await exchange.answer(
                    Response(status: 200, headers: Headers([(.contentType, "application/json")]), body: Pieces(body)))
            }
            try await content(exchange)
        }
        let vendor = try #require(Registry.vendors.first { $0.card.name == "openai-compatible" })
        let account = Account(name: "a", vendor: vendor, baseURL: base, secrets: ["api_key": Secret("sk-vendor")])
        let config = try TestHarness.makeConfig([account])
        var claims = Claims(
            account: "a", vendor: "openai-compatible", model: "m", ticket: Ticket("up_1"), created: TestHarness.now, dialect: "openai",
            requestedModel: "a/m")
        (claims.seconds, claims.size) = (seconds, size)
        let owner = Caller.local.owner
        let id = config.seal(claims, for: owner, hasJournal: true).id
        let link = config.links.link(to: id, of: owner, now: TestHarness.now).dropFirst("http://localhost".count)
        return Fixture(router: try await TestHarness.startRouter(config), id: id, link: String(link), log: log)
    }

    /// Answers with the whole body and these headers.
    static func makeWholeFixture(_ bytes: Bytes = clip, type: String = "video/mp4", _ more: [(HeaderName, String)] = []) async throws
        -> Fixture
    {
        try await makeFixture { exchange in
            try await exchange.answer(Response(status: 200, headers: Headers([(.contentType, type)] + more), body: Pieces(bytes)))
        }
    }

    // MARK: Ranges

    @Test(arguments: [
        "bytes 0-1/*", "bytes 0-1/1", "bytes 5-6/1000", "bytes 0-2/1000", "bytes 1-0/1000", "bytes 0-1/abc", "items 0-1/1000",
        "<script>", "bytes */1000", "",
    ])
    func `a wrong range from a vendor is corrected`(said: String) async throws {
        let fixture = try await Self.makeFixture { exchange in
            guard exchange.head.headers.has(.range), exchange.head.method == .get else {
                return try await exchange.answer(
                    Response(status: 200, headers: Headers([(.contentType, "video/mp4")]), body: Pieces(Self.clip)))
            }
            let headers = Headers([(.contentType, "video/mp4"), (.contentRange, said)])
            try await exchange.answer(Response(status: 206, headers: headers, body: Pieces(Bytes(Self.clip.prefix(2)))))
        }
        let answer = try await fixture.get("Range: bytes=0-1\r\n")
        #expect(answer.status == 206)
        #expect(answer["content-range"] == "bytes 0-1/1000")
        #expect(answer["content-length"] == "2")
        #expect(answer.content == Bytes(Self.clip.prefix(2)))
    }

    @Test func `a correct range is passed on without a request for the whole`() async throws {
        let fixture = try await Self.makeFixture { exchange in
            let headers = Headers([(.contentType, "video/mp4"), (.contentRange, "bytes 990-999/1000")])
            try await exchange.answer(Response(status: 206, headers: headers, body: Pieces(Bytes(Self.clip.suffix(10)))))
        }
        let answer = try await fixture.get("Range: bytes=-10\r\n")
        #expect(answer.status == 206 && answer["content-range"] == "bytes 990-999/1000" && answer.content == Bytes(Self.clip.suffix(10)))
        #expect(fixture.contentCalls == 1)
    }

    @Test(arguments: ["bytes */1000", "bytes */*", "", "bytes 0-1/1000"])
    func `a vendor's 416 is passed on only if it is correct`(said: String) async throws {
        let fixture = try await Self.makeFixture { exchange in
            guard exchange.head.headers.has(.range) else {
                return try await exchange.answer(
                    Response(status: 200, headers: Headers([(.contentType, "video/mp4")]), body: Pieces(Self.clip)))
            }
            try await exchange.answer(Response(status: 416, headers: Headers([(.contentRange, said)]), body: Pieces("no")))
        }
        let wrong = try await fixture.get("Range: bytes=0-1\r\n")
        #expect(wrong.status == 206 && wrong["content-range"] == "bytes 0-1/1000" && wrong.content.count == 2)
        let right = try await fixture.get("Range: bytes=1000-\r\n")
        #expect(right.status == 416 && right["content-range"] == "bytes */1000" && right.content.isEmpty)
    }

    @Test func `an unrequested partial response is refused`() async throws {
        let fixture = try await Self.makeFixture { exchange in
            let headers = Headers([(.contentType, "video/mp4"), (.contentRange, "bytes 0-1/1000")])
            try await exchange.answer(Response(status: 206, headers: headers, body: Pieces(Bytes(Self.clip.prefix(2)))))
        }
        #expect(try await fixture.get().status == 502)
    }

    // MARK: Lengths

    /// Answers without a length, in pieces.
    private static func chunked(_ bytes: Bytes) async throws -> Fixture {
        try await makeFixture { exchange in
            try await exchange.start(200, Headers([(.contentType, "video/mp4")]), length: nil)
            var rest = bytes[...]
            while !rest.isEmpty {
                try await exchange.write(rest.prefix(100_000))
                rest = rest.dropFirst(100_000)
            }
            try await exchange.finish()
        }
    }

    @Test(arguments: [1000, 1_000_000])
    func `a video of unknown length gets ranges and a length`(count: Int) async throws {
        let bytes = Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) })
        let fixture = try await Self.chunked(bytes)
        let part = try await fixture.get("Range: bytes=0-1\r\n")
        #expect(part.status == 206 && part["content-range"] == "bytes 0-1/\(count)" && part.content == Bytes(bytes.prefix(2)))
        let calls = fixture.contentCalls
        let head = try await fixture.get(method: "HEAD")
        #expect(head["content-length"] == "\(count)" && head["accept-ranges"] == "bytes")
        let end = try await fixture.get("Range: bytes=-5\r\n")
        #expect(end.status == 206 && end.content == Bytes(bytes.suffix(5)))
        // The length is cached: one call per request, and one more where a range was tried first.
        #expect(fixture.contentCalls - calls <= 3)
        #expect(try await fixture.get().content == bytes)
    }

    @Test func `the first full transfer of a long video yields its length`() async throws {
        let bytes = Bytes(repeating: 7, count: 600_000)
        let fixture = try await Self.chunked(bytes)
        let first = try await fixture.get()
        #expect(first.status == 200 && first.content == bytes && first["content-length"] == nil)
        let second = try await fixture.get()
        #expect(second["content-length"] == "600000" && second.content == bytes)
    }

    @Test func `a length from HEAD makes a full transfer unnecessary`() async throws {
        let bytes = Bytes(repeating: 7, count: 600_000)
        let fixture = try await Self.makeFixture { exchange in
            if exchange.head.method == .head {
                return try await exchange.start(200, Headers([(.contentType, "video/mp4")]), length: 600_000)
            }
            try await exchange.start(200, Headers([(.contentType, "video/mp4")]), length: nil)
            try await exchange.write(bytes[...])
            try await exchange.finish()
        }
        let part = try await fixture.get("Range: bytes=599999-\r\n")
        #expect(part.status == 206 && part["content-range"] == "bytes 599999-599999/600000")
    }

    @Test func `an empty body is not a video`() async throws {
        for fields in ["", "Range: bytes=0-1\r\n"] {
            let known = try await Self.makeWholeFixture([])
            #expect(try await known.get(fields).status == 502)
            let unknown = try await Self.chunked([])
            let answer = try await unknown.get(fields)
            #expect(answer.status == 502 && answer["retry-after"] != nil, "\(answer.status) \(answer.body)")
            #expect(answer.body.contains("empty"))
        }
    }

    // MARK: Expired results

    @Test(arguments: [
        (403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", 410),
        (403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", 502), (403, "", 502),
        (403, "Your API key has expired", 502), (404, "", 503), (404, #"{"error":{"message":"video expired"}}"#, 410),
        (404, "<html>not found</html>", 503), (410, "", 410), (400, "<Code>ExpiredToken</Code>", 410), (400, "bad", 503), (500, "", 503),
        (429, "", 429), (401, "", 502),
    ])
    func `a video is reported as expired only if that is certain`(status: Int, words: String, told: Int) async throws {
        let fixture = try await Self.makeFixture { try await $0.answer(Response(status: status, body: Pieces(words))) }
        let answer = try await fixture.get()
        #expect(answer.status == told)
        if [403, 404].contains(status), told != 410 { #expect(answer["retry-after"] != nil && !answer.body.contains("expired")) }
    }

    @Test func `an expired link is reported as gone`() async throws {
        let past = TestHarness.now.unix - 10
        for (query, told) in [("Expires=\(past)", 410), ("Expires=\(past + 3600)", 503), ("x=1", 503)] {
            let fixture = try await Self.makeFixture(status: #"{"id":"up_1","status":"completed","url":"BASE/v1/x/content?\#(query)"}"#) {
                try await $0.answer(Response(status: 404))
            }
            #expect(try await fixture.get().status == told, "\(query)")
        }
    }

    // MARK: Conditions

    @Test(arguments: [
        ("If-None-Match: \"v1\"", 304), ("If-None-Match: W/\"v1\"", 304), ("If-None-Match: \"a\", \"v1\"", 304), ("If-None-Match: *", 304),
        ("If-None-Match: \"v2\"", 200), ("If-Match: \"v1\"", 200), ("If-Match: *", 200), ("If-Match: \"zzz\"", 412),
        ("If-Match: W/\"v1\"", 412), ("If-None-Match: \"v1\"\r\nRange: bytes=0-1", 304), ("If-Match: \"zzz\"\r\nRange: bytes=0-1", 412),
        ("If-Match: \"v1\"\r\nRange: bytes=0-1", 206), ("If-None-Match: \"v2\"\r\nRange: bytes=0-1", 206),
        ("If-Range: \"v1\"\r\nRange: bytes=0-1", 206), ("If-Range: \"v2\"\r\nRange: bytes=0-1", 200),
        ("If-Range: W/\"v1\"\r\nRange: bytes=0-1", 200), ("If-Modified-Since: Sat, 21 Nov 2026 10:00:00 GMT", 304),
        ("If-Modified-Since: Sat, 21 Nov 2026 09:59:59 GMT", 200), ("If-Unmodified-Since: Sat, 21 Nov 2026 09:59:59 GMT", 412),
        ("If-None-Match: \"v2\"\r\nIf-Modified-Since: Sat, 21 Nov 2026 10:00:00 GMT", 200),
        ("If-None-Match: \"v1\"\r\nRange: bytes=5000-", 304),
        ("If-Match: \"zzz\"\r\nRange: bytes=5000-", 412), ("Range: bytes=5000-", 416),
    ])
    func `conditions are judged before ranges`(fields: String, status: Int) async throws {
        let tagged: [(HeaderName, String)] = [(.etag, "\"v1\""), (.lastModified, Self.stamp)]
        let fixture = try await Self.makeWholeFixture(Self.clip, tagged)
        let answer = try await fixture.get(fields + "\r\n")
        #expect(answer.status == status)
        #expect(answer["etag"] == "\"v1\"")
        if status == 304 || status == 412 { #expect(answer.content.isEmpty && answer["content-disposition"] == nil) }
        let head = try await fixture.get(fields + "\r\n", method: "HEAD")
        #expect(head.status == status)
    }

    @Test func `a video without an ETag gets a stable one`() async throws {
        let fixture = try await Self.makeWholeFixture()
        let tag = try #require(try await fixture.get()["etag"])
        #expect(EntityTag(field: tag)?.isWeak == false)
        #expect(try await fixture.get("If-None-Match: \(tag)\r\n").status == 304)
        #expect(try await fixture.get("If-Range: \(tag)\r\nRange: bytes=0-1\r\n").status == 206)
    }

    // MARK: Headers

    @Test(arguments: [
        ("image/svg+xml", 502), ("text/html; charset=utf-8", 502), ("application/xhtml+xml", 502), ("text/xml", 502),
        ("application/json", 502),
        ("video/mp4", 200), ("video/webm", 200), ("application/octet-stream", 200), ("text/plain", 200), ("text/javascript", 200),
        ("application/pdf", 200), ("Video/MP4; codecs=avc1", 200), ("nonsense", 200), ("image/SVG+XML", 502), ("video/x+xml", 502),
    ])
    func `a browser gets nothing that it could run`(type: String, status: Int) async throws {
        let fixture = try await Self.makeWholeFixture(type: type)
        for path in [nil, fixture.link] {
            let answer = try await fixture.get(path: path)
            #expect(answer.status == status)
            guard status == 200 else { continue }
            let said = try #require(answer["content-type"])
            #expect(said == (type.lowercased().hasPrefix("video/webm") ? "video/webm" : "video/mp4"))
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["content-security-policy"] == "sandbox; default-src 'none'")
            #expect(answer["cross-origin-resource-policy"] == (path == nil ? "same-origin" : "cross-origin"))
            #expect(answer["access-control-allow-origin"] == (path == nil ? nil : "*"))
        }
    }

    @Test(arguments: ["<script>alert(1)</script>", "yesterday", "Sat, 99 Nov 2026 10:00:00 GMT"])
    func `a vendor's header is validated before it is passed on`(text: String) async throws {
        let fixture = try await Self.makeWholeFixture(
            Self.clip, [(.lastModified, text), (.etag, text), (.acceptRanges, text), ("content-disposition", text)])
        let answer = try await fixture.get()
        #expect(answer["last-modified"] == nil)
        #expect(answer["accept-ranges"] == "bytes")
        #expect(!String(decoding: answer.bytes, as: UTF8.self).contains(text))
    }

    @Test func `a video has a file name and is downloaded on request`() async throws {
        let fixture = try await Self.makeWholeFixture()
        let suffix = fixture.id.filter { $0 != "-" && $0 != "_" }.suffix(6)
        let name = "filename=\"video-\(suffix).mp4\""
        #expect(try await fixture.get()["content-disposition"] == "inline; \(name)")
        #expect(try await fixture.get(path: fixture.link + "&download=1")["content-disposition"] == "attachment; \(name)")
        #expect(try await fixture.get(path: fixture.link + "&download=0")["content-disposition"] == "inline; \(name)")
        #expect(try await fixture.get(path: fixture.link)["cache-control"] == "private, max-age=3600")
        #expect(try await fixture.get()["cache-control"] == "private, max-age=3600")
    }

    @Test(arguments: [
        ("A red kite, over a sea-cliff!", "a-red-kite-over-a-sea-cliff-bc123d.mp4"),
        ("../../etc/passwd\r\nx: y", "etc-passwd-x-y-bc123d.mp4"),
        ("\u{202E}экран", "video-bc123d.mp4"), ("", "video-bc123d.mp4"),
        (String(repeating: "word ", count: 99), "word-word-word-word-word-word-word-word-word-bc123d.mp4"),
        (String(repeating: "x", count: 300), "video-bc123d.mp4"), ("\"quoted\"; filename=evil.exe", "quoted-filename-evil-exe-bc123d.mp4"),
    ])
    func `a file name is short and safe`(prompt: String, name: String) {
        #expect(ClipName.file(prompt: prompt, id: "video_ab-C_bc123d", kind: .video, type: .mp4) == name)
    }

    @Test func `another asset is named after what it is`() {
        #expect(ClipName.file(prompt: nil, id: "video_abc123", kind: .lastFrame, type: .png) == "video-abc123-last-frame.png")
        #expect(ClipName.file(prompt: nil, id: "video_abc123", kind: .video, type: .webm) == "video-abc123.webm")
    }

    @Test func `a link ends with its owner's key`() async throws {
        let fixture = try await Self.makeWholeFixture()
        #expect(try await fixture.get(path: fixture.link).status == 200)
        let keyed = Authenticator(keys: [Authenticator.APIKey(caller: Caller(Owner(name: "studio")), digest: SHA256.digest(of: "k"))])
        let other = Authenticator(keys: [Authenticator.APIKey(caller: Caller(Owner(name: "film")), digest: SHA256.digest(of: "k"))])
        #expect(keyed.knows(Owner(name: "studio")) && !other.knows(Owner(name: "studio")) && !keyed.knows(Caller.local.owner))
    }
}

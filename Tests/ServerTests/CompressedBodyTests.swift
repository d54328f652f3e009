import HTTP
import Net
import Testing
import Wire

@testable import Server

/// Compressed bodies, and bodies beyond the memory budget.
struct CompressedBodyTests {
    private static func packed(_ text: String) -> Bytes {
        var deflater = Deflater()
        return deflater.finish(Bytes(text.utf8)[...])
    }

    private static func post(_ body: Bytes, _ coding: String) -> Bytes {
        Bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    /// Status, text and whether the connection is kept.
    private func answer(to request: Bytes, _ limits: Limits = Limits()) async throws -> HTTP1TestClient.ReceivedResponse {
        let testServer = try await TestServer(limits) { try await echo($0) }
        return try await testServer.withClient { caller in
            try await caller.send(request)
            return try await caller.answer()
        }
    }

    @Test(arguments: ["gzip", "x-gzip", "GZIP", "gzip, identity"])
    func `gzip is decompressed`(coding: String) async throws {
        let answer = try await answer(to: Self.post(Self.packed("hello"), coding))
        #expect(answer.status == 200 && answer.text == "POST / hello" && answer.keepsAlive)
    }

    @Test(arguments: ["", "identity", " , identity"])
    func `an uncompressed body is read as it is`(coding: String) async throws {
        #expect(try await answer(to: Self.post(Bytes("hello".utf8), coding)).text == "POST / hello")
    }

    @Test(arguments: ["br", "deflate", "gzip, gzip", "compress"])
    func `other codings are refused`(coding: String) async throws {
        #expect(try await answer(to: Self.post(Self.packed("hello"), coding)).status == 415)
    }

    @Test func `a body that cannot be decompressed is malformed`() async throws {
        let whole = Self.packed("hello")
        #expect(try await answer(to: Self.post(Bytes(whole.dropLast()), "gzip")).status == 400)
        #expect(try await answer(to: Self.post(Bytes("hello".utf8), "gzip")).status == 400)
    }

    @Test func `what would be too large is refused before it is held`() async throws {
        let text = String(repeating: " ", count: 5 << 20)  // The echo takes one megabyte.
        #expect(try await answer(to: Self.post(Self.packed(text), "gzip")).status == 413)
    }

    @Test func `bodies beyond the memory budget are refused, and memory is free again when requests have ended`() async throws {
        var limits = Limits()
        limits.maxBufferedBodyBytes = 100_000
        let testServer = try await TestServer(limits) { try await echo($0) }
        let address = testServer.address
        @Sendable func head(_ count: Int) -> String { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n" }
        let body = String(repeating: "x", count: 60_000)
        try await testServer.withClient { old in
            try await old.send(head(body.utf8.count))
            await Loop.current?.sleep(for: .milliseconds(50))
            let new = HTTP1TestClient(try await Net.Stream.connect(to: address))
            #expect(try await new.ask(head(body.utf8.count)).status == 503)
            new.stream.close()
            try await old.send(body)
            #expect(try await old.answer().status == 200)
            let later = HTTP1TestClient(try await Net.Stream.connect(to: address))
            #expect(try await later.ask(head(body.utf8.count) + body).status == 200)
            later.stream.close()
        }
    }

    @Test func `a body below the minimum rate times out although it never pauses`() async throws {
        var limits = Limits()
        limits.bodyIdleTimeout = .milliseconds(300)
        limits.minBodyRate = 10_000
        let testServer = try await TestServer(limits) { try await echo($0) }
        try await testServer.withClient { caller in
            let began = Instant.now
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            while caller.stream.isQuiet(), Instant.now - began < .seconds(5) {
                try await caller.send("y")
                await Loop.current?.sleep(for: .milliseconds(10))
            }
            #expect(try await caller.answer().status == 408)
            #expect(Instant.now - began < .seconds(3))
        }
    }
}

import HTTP
import Net
import Server
import Testing
import Wire

/// Handlers run isolated to their loop, however the request came. One that does not is right all the same, but each of its returns from a
/// wait is one more enqueue.
struct IsolationTests {
    @Sendable private static func answerWithIsolation(_ exchange: any Exchange) async throws {
        let place = await isolation()
        try await exchange.answer(Response(status: 200, body: Pieces(place)))
    }

    private static func isolation(_ actor: isolated (any Actor)? = #isolation) async -> String {
        actor is Loop ? "a loop" : "\(String(describing: actor))"
    }

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `over HTTP/1.1`() async throws {
        let testServer = try await TestServer { try await Self.answerWithIsolation($0) }
        #expect(try await testServer.withClient { try await $0.ask(Self.request).text } == "a loop")
    }

    @Test func `over HTTP/2`() async throws {
        let testServer = try await TestServer { try await Self.answerWithIsolation($0) }
        let text = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1))
            return try await caller.answer(on: 1).text
        }
        #expect(text == "a loop")
    }

    @Test func `under TLS`() async throws {
        let testServer = try await TestServer(tls: CurrentTLSContext(TestCertificates.server())) { try await Self.answerWithIsolation($0) }
        let trust = try TestCertificates.client()
        let text = try await testServer.withClient { caller in
            try await caller.stream.startTLS(asClient: trust, host: "localhost", by: HTTP1TestClient.soon)
            return try await caller.ask(Self.request).text
        }
        #expect(text == "a loop")
    }
}

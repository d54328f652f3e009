import HTTP
import Net
import Server
import Testing
import Wire

/// Handlers run isolated to their loop, however the request came. One that does not is right all the same, but each of its returns from a
/// wait is one more enqueue.
struct IsolationTests {
    @Sendable private static func tell(_ exchange: any Exchange) async throws {
        let place = await isolation()
        try await exchange.answer(Response(status: 200, body: Pieces(place)))
    }

    private static func isolation(_ actor: isolated (any Actor)? = #isolation) async -> String {
        actor is Loop ? "a loop" : "\(String(describing: actor))"
    }

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `over HTTP/1.1`() async throws {
        let stage = try await Stage { try await Self.tell($0) }
        #expect(try await stage.call { try await $0.ask(Self.request).text } == "a loop")
    }

    @Test func `over HTTP/2`() async throws {
        let stage = try await Stage { try await Self.tell($0) }
        let text = try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1))
            return try await caller.answer(on: 1).text
        }
        #expect(text == "a loop")
    }

    @Test func `under TLS`() async throws {
        let stage = try await Stage(tls: TLSDesk(Authority.server())) { try await Self.tell($0) }
        let trust = try Authority.client()
        let text = try await stage.call { caller in
            try await caller.stream.startTLS(asClient: trust, host: "localhost", by: Caller.soon)
            return try await caller.ask(Self.request).text
        }
        #expect(text == "a loop")
    }
}

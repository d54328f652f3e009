@testable import Client
@testable import Net
import Testing
import Wire

/// https: verification, reuse, and the difference between an end and a cut.
struct SecureTests {
    @Sendable private static func answerAll(_ side: Host.Side) async throws {
        while try await side.hear() != nil { try await side.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") }
    }

    @Test func `calls over TLS are verified, and share a connection`() async throws {
        let (outcomes, connections) = try await Bench.with(tls: Authority.server(), trusting: Authority.client(), play: Self.answerAll) {
            host, client in
            var outcomes: [String] = []
            for name in ["localhost", "localhost", "127.0.0.1", "localhost"] {
                outcomes.append(await client.outcome(of: host.url("/", name, scheme: "https")))
            }
            return (outcomes, host.connections)
        }
        #expect(outcomes == Array(repeating: "200 hello", count: 4))
        #expect(connections == 2)  // One a name: the address has a connection of its own.
    }

    @Test func `an authority that is not trusted is refused before anything is sent`() async throws {
        let (failure, requests) = try await Bench.with(tls: Authority.server(), play: Self.answerAll) { host, client in
            (await client.failure(of: Outgoing(.post, host.url(scheme: "https"))), host.requests.count)
        }
        #expect(failure?.reason == .tls)
        #expect(failure?.neverArrived == true)
        #expect(failure?.detail.contains("certificate") == true)
        #expect(requests == 0)
    }

    @Test func `https to a server that speaks plain HTTP fails in the handshake`() async throws {
        let failure = try await Bench.with { side in
            try await side.stream.readable(by: Bench.soon)
            try await side.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        } _: { host, client in
            await client.failure(of: Outgoing(.post, host.url(scheme: "https")))
        }
        #expect(failure?.reason == .tls)
        #expect(failure?.neverArrived == true)
    }

    private static func ending(_ answer: String, cut: Bool) async throws -> String {
        try await Bench.with(tls: Authority.server(), trusting: Authority.client()) { side in
            try await side.hear()
            try await side.say(answer)
            if cut { side.stream.socket.close() }
        } _: { host, client in
            await client.outcome(of: host.url(scheme: "https"))
        }
    }

    @Test func `a body until close ends with the goodbye of TLS, and is broken without`() async throws {
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"
        #expect(try await Self.ending(answer, cut: false) == "200 hello")
        #expect(try await Self.ending(answer, cut: true) == "reset")
    }

    @Test func `a counted body needs no goodbye`() async throws {
        #expect(try await Self.ending("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", cut: true) == "200 hello")
    }

    @Test func `megabytes come whole over TLS`() async throws {
        let sent = Bytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        let received = try await Bench.with(tls: Authority.server(), trusting: Authority.client()) { side in
            try await side.hear()
            try await side.say("HTTP/1.1 200 OK\r\nContent-Length: \(sent.count)\r\n\r\n")
            try await side.say(sent)
        } _: { host, client in
            Bytes(try await client.send(Outgoing(.get, host.url(scheme: "https"))).collect(atMost: 4_000_000))
        }
        #expect(received == sent)
    }
}

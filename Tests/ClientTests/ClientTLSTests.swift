import Testing
import Wire

@testable import Client
@testable import Net

/// https: verification, reuse, and the difference between an end and a cut.
struct ClientTLSTests {
    @Sendable private static func answerAll(_ side: ScriptedServer.ServerSide) async throws {
        while try await side.readRequest() != nil { try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") }
    }

    @Test func `calls over TLS are verified, and share a connection`() async throws {
        let (outcomes, connections) = try await TestLoops.withServer(
            tls: TestCertificates.server(), trusting: TestCertificates.client(), play: Self.answerAll
        ) {
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
        let (failure, requests) = try await TestLoops.withServer(tls: TestCertificates.server(), play: Self.answerAll) { host, client in
            (await client.failure(of: ClientRequest(.post, host.url(scheme: "https"))), host.requests.count)
        }
        #expect(failure?.reason == .tls)
        #expect(failure?.neverArrived == true)
        #expect(failure?.detail.contains("certificate") == true)
        #expect(requests == 0)
    }

    @Test func `https to a server that speaks plain HTTP fails in the handshake`() async throws {
        let failure = try await TestLoops.withServer { side in
            try await side.stream.waitUntilReadable(by: TestLoops.soon)
            try await side.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        } _: { host, client in
            await client.failure(of: ClientRequest(.post, host.url(scheme: "https")))
        }
        #expect(failure?.reason == .tls)
        #expect(failure?.neverArrived == true)
    }

    private static func ending(_ answer: String, cut: Bool) async throws -> String {
        try await TestLoops.withServer(tls: TestCertificates.server(), trusting: TestCertificates.client()) { side in
            try await side.readRequest()
            try await side.send(answer)
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
        let received = try await TestLoops.withServer(tls: TestCertificates.server(), trusting: TestCertificates.client()) { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: \(sent.count)\r\n\r\n")
            try await side.send(sent)
        } _: { host, client in
            Bytes(try await client.send(ClientRequest(.get, host.url(scheme: "https"))).collect(atMost: 4_000_000))
        }
        #expect(received == sent)
    }
}

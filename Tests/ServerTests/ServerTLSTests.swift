import HTTP
import Net
import Server
import Testing
import Wire

/// Connections under TLS, from the server's side.
struct ServerTLSTests {
    private static let request = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `requests are answered under TLS, one after the other`() async throws {
        let testServer = try await TestServer(tls: CurrentTLSContext(TestCertificates.server())) { try await echo($0) }
        let trust = try TestCertificates.client()
        try await testServer.withClient { caller in
            try await caller.stream.startTLS(asClient: trust, host: "localhost", by: HTTP1TestClient.soon)
            #expect(caller.stream.applicationProtocol == "http/1.1")
            for _ in 0..<3 { #expect(try await caller.ask(Self.request).text == "GET /x ") }
            #expect(try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").text == "POST / hello")
        }
    }

    @Test func `a plain HTTP request is answered with the advice to use HTTPS`() async throws {
        let testServer = try await TestServer(tls: CurrentTLSContext(TestCertificates.server())) { try await echo($0) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask(Self.request)
            #expect(answer.status == 400 && answer.text.contains("HTTPS") && !answer.keepsAlive)
            #expect(answer.headers[.xRequestID] == "refusal")
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a missing handshake times out, and counts as a connection until then`() async throws {
        var limits = Limits()
        limits.tlsHandshakeTimeout = .milliseconds(500)
        let testServer = try await TestServer(limits, tls: CurrentTLSContext(TestCertificates.server())) { try await echo($0) }
        try await testServer.withClient { caller in
            let began = Instant.now
            try await caller.send([0x16, 3, 1])
            while await testServer.server.connectionCount() == 0, Instant.now - began < .seconds(10) { await Task.yield() }
            #expect(try await caller.readsEnd())
            while await testServer.server.connectionCount() != 0, Instant.now - began < .seconds(10) { await Task.yield() }
            #expect(Instant.now - began < .seconds(10))
        }
    }

    @Test func `a client in the middle of its handshake is still served when the server drains`() async throws {
        let testServer = try await TestServer(tls: CurrentTLSContext(TestCertificates.server())) { try await echo($0) }
        let trust = try TestCertificates.client()
        let (status, keepsAlive) = try await testServer.withClient { caller in
            while await testServer.server.connectionCount() == 0 { await Task.yield() }
            Loop.fork { _ = await testServer.server.drain(within: .seconds(20)) }
            await Loop.current?.sleep(for: .milliseconds(300))
            try await caller.stream.startTLS(asClient: trust, host: "localhost", by: HTTP1TestClient.soon)
            let answer = try await caller.ask(Self.request)
            return (answer.status, answer.keepsAlive)
        }
        #expect(status == 200 && !keepsAlive)
    }
}

import Net
import Server
import Testing
import Wire

/// Connections that a load balancer passes on with a PROXY protocol header.
struct ProxyProtocolTests {
    private static func testServer(
        _ trusted: [IPRange] = IPRange.loopback, _ limits: Limits = Limits(), tls: CurrentTLSContext? = nil,
        onRejection: @escaping @Sendable (ConnectionRejection) -> Void = { _ in }
    ) async throws -> TestServer {
        try await TestServer(limits, tls: tls, proxies: ProxyTrust(trusted), onRejection: onRejection) { exchange in
            try await exchange.answer(Response(status: 200, body: Pieces("\(exchange.head.peer) \(exchange.head.isTLS)")))
        }
    }

    private static let header = "PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n"
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `the peer is who the header names, on every request of the connection`() async throws {
        let testServer = try await Self.testServer()
        let answers = try await testServer.withClient { caller in
            [try await caller.ask(Self.header + Self.request).text, try await caller.ask(Self.request).text]
        }
        #expect(answers == ["203.0.113.7:4711 false", "203.0.113.7:4711 false"])
    }

    @Test func `a header may come byte by byte`() async throws {
        let testServer = try await Self.testServer()
        let answer = try await testServer.withClient { caller in
            for byte in Self.header.utf8 {
                try await caller.send([byte])
                await TestServer.loops[2].run { _ in await Task.yield() }
            }
            return try await caller.ask(Self.request)
        }
        #expect(answer.text == "203.0.113.7:4711 false")
    }

    @Test func `TLS begins after the header`() async throws {
        let testServer = try await Self.testServer(tls: CurrentTLSContext(TestCertificates.server()))
        let trust = try TestCertificates.client()
        let answer = try await testServer.withClient { caller in
            try await caller.send(Self.header)
            try await caller.stream.startTLS(asClient: trust, host: "localhost", by: HTTP1TestClient.soon)
            return try await caller.ask(Self.request)
        }
        #expect(answer.text == "203.0.113.7:4711 true")
    }

    @Test func `a balancer that speaks for itself is the peer`() async throws {
        let testServer = try await Self.testServer()
        let answer = try await testServer.withClient { try await $0.ask("PROXY UNKNOWN\r\n" + Self.request) }
        #expect(answer.text.hasPrefix("127.0.0.1:"))
    }

    @Test(arguments: [(IPRange.loopback, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (IPRange.localNetworks, "PROXY UNKNOWN\r\n")])
    func `a connection without a header, or from a stranger, is closed and reported`(trusted: [IPRange], text: String) async throws {
        let events = EventLog()
        let testServer = try await Self.testServer(trusted) { events.record("\($0.kind) \($0.peer.host)") }
        let seen = try await testServer.withClient { caller in
            try await caller.send(text)
            return try? await caller.rest()
        }
        #expect(seen?.isEmpty ?? true)
        #expect(await events.next() == "proxy 127.0.0.1")
    }

    @Test func `connections count for the source behind the load balancer`() async throws {
        var limits = Limits()
        limits.maxConnectionsPerAddress = 1
        let testServer = try await Self.testServer(IPRange.loopback, limits)
        let statuses = try await testServer.withClient { first in
            let second = HTTP1TestClient(try await Net.Stream.connect(to: testServer.address, by: HTTP1TestClient.soon))
            let third = HTTP1TestClient(try await Net.Stream.connect(to: testServer.address, by: HTTP1TestClient.soon))
            defer { for caller in [second, third] { caller.stream.close() } }
            let other = "PROXY TCP4 203.0.113.8 10.0.0.1 4711 80\r\n"
            return [
                try await first.ask(Self.header + Self.request).status, try await second.ask(Self.header + Self.request).status,
                try await third.ask(other + Self.request).status,
            ]
        }
        #expect(statuses == [200, 503, 200])
    }

    @Test func `a missing header times out, and does not delay a drain`() async throws {
        var limits = Limits()
        limits.headerTimeout = .milliseconds(200)
        let events = EventLog()
        let testServer = try await Self.testServer(IPRange.loopback, limits) { events.record("\($0.kind)") }
        try await testServer.withClient { caller in
            try await caller.send("PROXY TCP4 ")
            #expect((try? await caller.readsEnd()) ?? true)
        }
        #expect(await events.next() == "proxy")
        await testServer.server.drain(within: .seconds(5))
    }
}

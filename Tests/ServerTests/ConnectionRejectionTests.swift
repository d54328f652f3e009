import Conformance
import Net
import Server
import Testing
import Wire

/// Connections that end without a response are reported.
struct ConnectionRejectionTests {
    @Test func `a failed handshake is reported, and a client that only connected is not`() async throws {
        let events = EventLog()
        let testServer = try await TestServer(
            tls: CurrentTLSContext(TestCertificates.server()), onRejection: { events.record("\($0.kind) \($0.peer.host) \($0.reason)") }
        ) {
            try await echo($0)
        }
        try await testServer.withClient { _ in }
        while testServer.server.stats.failedHandshakes == 0 { await TestServer.loops[2].run { _ in await Task.yield() } }
        try await testServer.withClient { caller in
            try await caller.send("\u{16}\u{3}\u{1}\u{0}\u{5}hello")
            // An alert, perhaps, and the end.
            while let bytes = try? await caller.stream.read(by: HTTP1TestClient.soon), !bytes.isEmpty {}
        }
        let note = await events.next()
        #expect(note.hasPrefix("handshake 127.0.0.1 TLS failed: "))
        #expect(events.all.isEmpty)
    }

    @Test func `a stream reset for its head is reported, and a failed connection too`() async throws {
        let events = EventLog()
        let testServer = try await TestServer(onRejection: { events.record("\($0.kind) \($0.reason)") }) { try await echo($0) }
        try await testServer.withHTTP2Client { caller in
            try await caller.send(.request(1, Frame.get + [("X-Upper", "1")]), .request(3, [(":method", "GET")]))
            for id: UInt32 in [1, 3] { #expect(try await caller.answer(on: id).reset != nil) }
            try await caller.send((0..<1000).flatMap { _ in Frame(Frame.ping, 0, on: 0, payload: Bytes(repeating: 0, count: 8)).bytes })
            _ = try await caller.rest()
        }
        #expect(await events.next().hasPrefix("http2 "))
        #expect(await events.next().hasPrefix("http2 "))
        #expect(await events.next() == "http2 ENHANCE_YOUR_CALM")
        #expect(events.all.isEmpty && testServer.server.stats.http2Errors == 3)
    }

    @Test func `a connection beyond the limit is reported`() async throws {
        var limits = Limits()
        limits.maxConnections = 1
        let events = EventLog()
        let testServer = try await TestServer(limits, onRejection: { events.record("\($0.kind)") }) { try await echo($0) }
        try await testServer.withClient { caller in
            // Who has asked nothing yet is not sent away for another.
            while await testServer.server.connectionCount() == 0 { await Task.yield() }
            let second = HTTP1TestClient(try await Net.Stream.connect(to: testServer.address, by: HTTP1TestClient.soon))
            #expect(try await second.readsEnd() == false)
            second.stream.close()
        }
        #expect(await events.next() == "connectionLimit")
    }
}

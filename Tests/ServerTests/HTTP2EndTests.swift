import Conformance
import HTTP
import Net
import Server
import Testing
import Wire

/// How HTTP/2 streams and connections end before their time.
struct HTTP2EndTests {
    /// Reports what becomes of a handler that sends without end.
    @Sendable private static func pour(_ exchange: any Exchange, _ events: EventLog) async {
        exchange.onClientDisconnect { events.record("left") }
        do {
            try await exchange.start(200, Headers(), length: nil)
            while true { try await exchange.write(Bytes(repeating: 7, count: 65_536)[...]) }
        } catch {
            events.record("\(error) gone: \(exchange.clientIsGone)")
        }
    }

    @Test func `a stream that its client resets stops its handler, and the others continue`() async throws {
        let events = EventLog()
        let testServer = try await TestServer { exchange in
            guard exchange.head.path == "/endless" else { return try await exchange.answer(Response(status: 200)) }
            await HTTP2EndTests.pour(exchange, events)
        }
        let status = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1, "/endless"))
            _ = try await caller.frame { $0.type == Frame.data }
            try await caller.send(Frame(Frame.reset, 0, on: 1, payload: [0, 0, 0, 8]), HTTP2TestClient.get(3))
            return try await caller.answer(on: 3).status
        }
        #expect(status == 200)
        #expect(await events.next() == "left")
        #expect(await events.next().hasSuffix("gone: true"))
    }

    @Test func `a connection that is gone stops every handler`() async throws {
        let events = EventLog()
        let testServer = try await TestServer { await HTTP2EndTests.pour($0, events) }
        try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1), HTTP2TestClient.get(3))
            _ = try await caller.frame { $0.type == Frame.data }
            caller.stream.abort()
        }
        var seen: [String] = []
        for _ in 0..<4 { seen.append(await events.next()) }
        #expect(seen.filter { $0 == "left" }.count == 2 && seen.filter { $0.hasSuffix("gone: true") }.count == 2)
        #expect(await testServer.server.drain(within: .seconds(5)) == 0)
    }

    @Test func `a truncated or missing body fails the handler's read`() async throws {
        var limits = Limits()
        limits.bodyIdleTimeout = .milliseconds(50)
        let events = EventLog()
        let testServer = try await TestServer(limits) { exchange in
            do { _ = try await exchange.readBody(limit: 100) } catch { events.record("\(error)") }
            try await exchange.answer(Response(status: 400))
        }
        let answer = try await testServer.withHTTP2Client { caller in
            try await caller.send(.request(1, Frame.post, ends: false), Frame(Frame.reset, 0, on: 1, payload: [0, 0, 0, 8]))
            try await caller.send(.request(3, Frame.post, ends: false), Frame(Frame.data, 0, on: 3, payload: [1]))
            return try await caller.answer(on: 3)
        }
        #expect(answer.status == 400)
        let first = await events.next()
        #expect(first == "timedOut" || first == "cut")
    }

    @Test func `a client that reads nothing for too long is disconnected`() async throws {
        var limits = Limits()
        limits.writeTimeout = .milliseconds(50)
        let events = EventLog()
        let testServer = try await TestServer(limits) { await HTTP2EndTests.pour($0, events) }
        let reset = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1))
            return try await caller.frame { $0.type == Frame.reset }?.payload
        }
        #expect(reset == [0, 0, 0, 8])
        #expect(await events.next() == "left")
        #expect(await events.next().hasPrefix("connection(timed out)"))
    }

    // MARK: Timeouts

    private func short() -> Limits {
        var limits = Limits()
        (limits.headerTimeout, limits.keepaliveTimeout, limits.pingTimeout) = (.milliseconds(100), .milliseconds(100), .milliseconds(100))
        return limits
    }

    @Test func `an idle client gets GOAWAY`() async throws {
        let testServer = try await TestServer(short()) { try await echo($0) }
        let (code, isOver) = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1))
            _ = try await caller.answer(on: 1)
            return (try await caller.readGoAway(), try await caller.rest().isEmpty)
        }
        #expect(code == 0 && isOver)
    }

    @Test func `half a head is waited for only so long`() async throws {
        var limits = short()
        limits.headerTimeout = .milliseconds(500)  // A busy machine must get the half sent within it.
        let testServer = try await TestServer(limits) { try await echo($0) }
        let code = try await testServer.withHTTP2Client { caller in
            try await caller.send(Frame(Frame.headers, 1, on: 1, payload: Frame.block(Frame.get)))
            return try await caller.readGoAway()
        }
        #expect(code == 11)
    }

    @Test func `a silent client with a request in progress is pinged, and disconnected if it does not answer`() async throws {
        var limits = short()
        (limits.keepaliveTimeout, limits.pingTimeout) = (.milliseconds(200), .seconds(1))
        let testServer = try await TestServer(limits) { exchange in
            await TestServer.loops[0].sleep(for: exchange.head.path == "/long" ? .seconds(3) : .milliseconds(900))
            try await exchange.answer(Response(status: 200))
        }
        let patient = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1))
            var pings = 0
            while let frame = try await caller.frame({ $0.type == Frame.ping || $0.type == Frame.headers }) {
                guard frame.type == Frame.ping else { return pings }
                pings += 1
                try await caller.send(Frame(Frame.ping, Frame.ack, payload: frame.payload))
            }
            return -1
        }
        #expect((1...6).contains(patient))
        let rest = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1, "/long"))
            return try await caller.rest()
        }
        #expect(rest.contains { $0.type == Frame.ping } && !rest.contains { $0.type == Frame.headers })
    }

    // MARK: Abuse

    @Test func `rapid resets end in a farewell, start few handlers, and others go on`() async throws {
        let events = EventLog()
        let testServer = try await TestServer { exchange in
            events.record("started")
            try await exchange.answer(Response(status: 200))
        }
        let (code, other) = try await testServer.withClient { caller in
            let attacker = try await HTTP2TestClient(caller)
            let bystander = try await HTTP2TestClient(
                HTTP1TestClient(try await Net.Stream.connect(to: testServer.address, by: HTTP1TestClient.soon)))
            for number in UInt32(0)..<1000 {
                let id = 2 * number + 1
                try? await attacker.send(HTTP2TestClient.get(id), Frame(Frame.reset, 0, on: id, payload: [0, 0, 0, 8]))
            }
            let code = try await attacker.readGoAway()
            try await bystander.send(HTTP2TestClient.get(1))
            return (code, try await bystander.answer(on: 1).status)
        }
        #expect(code == 11 && other == 200)
    }

    @Test func `requests beyond the number that is allowed are refused, even while reset ones are still worked on`() async throws {
        var limits = Limits()
        limits.maxConcurrentStreams = 4
        let events = EventLog()
        let testServer = try await TestServer(limits) { exchange in
            events.record("started")
            await TestServer.loops[0].sleep(for: .seconds(2))
            try await exchange.answer(Response(status: 200))
        }
        let frame = try await testServer.withHTTP2Client { caller in
            for id in [UInt32(1), 3, 5, 7] {
                try await caller.send(HTTP2TestClient.get(id))
                _ = try await caller.pings()
                try await caller.send(Frame(Frame.reset, 0, on: id, payload: [0, 0, 0, 8]))
            }
            try await caller.send(HTTP2TestClient.get(9))
            return try await caller.frame { $0.stream == 9 }
        }
        #expect(frame?.type == Frame.reset && frame?.payload == [0, 0, 0, 7] && events.all.count == 4)
    }

    // MARK: Drain

    @Test func `a drain serves requests in progress, sends GOAWAY twice, and ends`() async throws {
        let frames = EventLog()
        let events = EventLog()
        let testServer = try await TestServer { exchange in
            events.record("started")
            while frames.all.isEmpty { await TestServer.loops[0].sleep(for: .milliseconds(10)) }
            await TestServer.loops[0].sleep(for: .milliseconds(1300))  // Longer than new connections are waited for.
            try await exchange.answer(Response(status: 200, body: Pieces("late")))
        }
        async let talk: Void = testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1))
            while let frame = try await caller.frame() {
                if frame.type == Frame.goAway { frames.record("\(frame.payload)") }
                if frame.type == Frame.data { frames.record(String(decoding: frame.payload, as: UTF8.self)) }
            }
        }
        #expect(await events.next() == "started")
        let broken = await testServer.server.drain(within: .seconds(30))
        try await talk
        #expect(broken == 0)
        // On a busy machine the answer may come before the second word.
        #expect(frames.all.first == "[127, 255, 255, 255, 0, 0, 0, 0]")
        #expect(frames.all.sorted() == ["[0, 0, 0, 1, 0, 0, 0, 0]", "[127, 255, 255, 255, 0, 0, 0, 0]", "late"])
    }

    @Test func `a drain does not wait for an idle client that answers the ping`() async throws {
        var limits = Limits()
        limits.shutdownIdleWait = .seconds(300)
        let (events, farewells) = (EventLog(), EventLog())
        let testServer = try await TestServer(limits) { try await $0.answer(Response(status: 200)) }
        async let talk: Void = testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1))
            events.record("\(try await caller.answer(on: 1).status)")
            while let frame = try await caller.frame() {
                if frame.type == Frame.ping { try await caller.send(Frame(Frame.ping, Frame.ack, payload: frame.payload)) }
                if frame.type == Frame.goAway { farewells.record("\(frame.payload)") }
            }
        }
        #expect(await events.next() == "200")
        let start = ContinuousClock.now
        #expect(await testServer.server.drain(within: .seconds(120)) == 0)
        try await talk
        #expect(ContinuousClock.now - start < .seconds(40))
        #expect(farewells.all == ["[127, 255, 255, 255, 0, 0, 0, 0]", "[0, 0, 0, 1, 0, 0, 0, 0]"])
    }
}

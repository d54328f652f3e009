import Net
import Testing
import Wire

@testable import Client

struct ConnectionPoolTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    @Sendable private static func answerAll(_ side: ScriptedServer.ServerSide) async throws {
        while try await side.readRequest() != nil { try await side.send(hello) }
    }

    @Test func `calls one after the other share a connection`() async throws {
        let (outcomes, connections, requests) = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            var outcomes: Set<String> = []
            for method in [Method.get, "POST", "DELETE", "PUT", "GET"] {
                var request = ClientRequest(method, host.url("/x"))
                if method == .post { request.body = Pieces("data") }
                outcomes.insert(await client.outcome(of: request))
            }
            return (outcomes, host.connections, host.requests.count)
        }
        #expect(outcomes == ["200 hello"])
        #expect(connections == 1)
        #expect(requests == 5)
    }

    @Test func `concurrent calls have a connection each, and the limit decides how many are kept`() async throws {
        var limits = Limits()
        limits.maxIdleUpstreamPerOrigin = 2
        let (connections, kept) = try await TestLoops.withServer(limits, play: Self.answerAll) { host, client in
            let (first, second, third) = (
                try await client.send(ClientRequest(.get, host.url())), try await client.send(ClientRequest(.get, host.url())),
                try await client.send(ClientRequest(.get, host.url()))
            )
            for incoming in [first, second, third] { _ = try await incoming.collect(atMost: 10) }
            return (host.connections, client.pool.count)
        }
        #expect(connections == 3)
        #expect(kept == 2)
    }

    @Test func `over all hosts, the latest idle connections are kept, up to the limit`() async throws {
        var limits = Limits()
        limits.maxIdleUpstream = 2
        let (kept, connections) = try await TestLoops.withServer(limits, play: Self.answerAll) { host, client in
            for name in ["127.0.0.1", "127.0.0.2", "127.0.0.3"] {
                // Only the first of these addresses is listened to; the others are names of their own for the pool.
                let stream = try await Stream.connect(to: host.listener.address, by: TestLoops.soon)
                client.pool.put(
                    stream, client.pool.origin(ConnectionPool.Key(scheme: "http", host: name, port: host.port, onlyPublic: false)))
            }
            let kept = client.pool.count
            _ = await client.outcome(of: host.url("/", "127.0.0.3"))
            _ = await client.outcome(of: host.url("/", "127.0.0.1"))
            return (kept, host.connections)
        }
        #expect(kept == 2)
        #expect(connections == 4)
    }

    @Test func `destinations without idle connections are forgotten, those with one are not`() async throws {
        var limits = Limits()
        limits.maxIdleUpstream = 2
        let (count, connections) = try await TestLoops.withServer(limits, play: Self.answerAll) { host, client in
            _ = await client.outcome(of: host.url())
            for number in 0..<1000 {
                _ = client.pool.origin(ConnectionPool.Key(scheme: "https", host: "h\(number).example", port: 443, onlyPublic: true))
            }
            _ = await client.outcome(of: host.url())
            return (client.pool.originCount, host.connections)
        }
        #expect(count <= limits.maxIdleUpstream + ConnectionPool.maxUnused)
        #expect(connections == 1)
    }

    /// The second call of each pair uses what the first one's URL led to, after the pool has forgotten it.
    @Test func `a destination that was forgotten is used again`() async throws {
        let connections = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            _ = await client.outcome(of: host.url())
            client.closeIdle()
            for _ in 0..<3 { _ = await client.outcome(of: host.url()) }
            return host.connections
        }
        #expect(connections == 2)
    }

    @Test func `an idle connection that the server closes is dropped at once`() async throws {
        let counts = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send(Self.hello)
        } _: { host, client in
            var counts: [Int] = []
            for _ in 0..<2 {
                _ = await client.outcome(of: host.url())
                for _ in 0..<100 where client.pool.count > 0 { await client.loop.sleep(for: .milliseconds(5)) }
                counts.append(client.pool.count)
            }
            return counts + [host.connections]
        }
        #expect(counts == [0, 0, 2])
    }

    @Test func `a connection that has idled for its time is closed without a call`() async throws {
        var limits = Limits()
        limits.upstreamKeepaliveTimeout = .milliseconds(50)
        let isClosed = try await TestLoops.withServer(limits) { side in
            try await Self.answerAll(side)
        } _: { host, client in
            _ = await client.outcome(of: host.url())
            for _ in 0..<200 where client.pool.count > 0 { await client.loop.sleep(for: .milliseconds(5)) }
            return client.pool.count == 0
        }
        #expect(isClosed)
    }

    @Test func `input on an idle connection is not taken for a response`() async throws {
        let (outcome, connections) = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send(side.number == 1 ? Self.hello : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue")
            await side.stream.loop.sleep(for: .milliseconds(10))
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse")
            try await side.wait()
        } _: { host, client in
            _ = await client.outcome(of: host.url())
            await client.loop.sleep(for: .milliseconds(60))
            return (await client.outcome(of: host.url()), host.connections)
        }
        #expect(outcome == "200 true")
        #expect(connections == 2)
    }

    /// Answers the first request of the first connection and dies at the second.
    @Sendable private static func dieAtTheSecond(_ side: ScriptedServer.ServerSide) async throws {
        try await side.readRequest()
        try await side.send(hello)
        try await side.readRequest()
        if side.number > 1 { try await side.send(hello) }
    }

    @Test func `a GET on a kept connection that dies is sent once more`() async throws {
        let (outcome, connections, requests) = try await TestLoops.withServer(play: Self.dieAtTheSecond) { host, client in
            _ = await client.outcome(of: host.url())
            return (await client.outcome(of: host.url()), host.connections, host.requests.count)
        }
        #expect(outcome == "200 hello")
        #expect(connections == 2)
        #expect(requests == 3)
    }

    @Test func `a POST on a kept connection that dies may have arrived, and is never repeated`() async throws {
        let (failure, connections, requests) = try await TestLoops.withServer(play: Self.dieAtTheSecond) { host, client in
            _ = await client.outcome(of: host.url())
            var request = ClientRequest(.post, host.url())
            request.body = Pieces("pay")
            return (await client.failure(of: request), host.connections, host.requests)
        }
        #expect(failure?.neverArrived == false)
        #expect(failure?.reason == .closedEarly || failure?.reason == .reset)
        #expect(connections == 1)
        #expect(requests.filter { $0.hasSuffix("pay") }.count == 1)
    }

    @Test func `a new connection that dies is not tried again`() async throws {
        let (failure, connections) = try await TestLoops.withServer { side in
            try await side.readRequest()
        } _: { host, client in
            (await client.failure(of: ClientRequest(.get, host.url())), host.connections)
        }
        #expect(failure?.reason == .closedEarly || failure?.reason == .reset)
        #expect(failure?.neverArrived == false)
        #expect(connections == 1)
    }

    @Test func `a POST does not use a connection that has been idle for a second`() async throws {
        let connections = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            _ = await client.outcome(of: host.url())
            await client.loop.sleep(for: .milliseconds(1050))
            _ = await client.outcome(of: ClientRequest(.post, host.url()))
            return host.connections
        }
        #expect(connections == 2)
    }

    @Test func `a received response can be discarded without closing its connection`() async throws {
        let (kept, connections) = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            for _ in 0..<3 { try await client.send(ClientRequest(.get, host.url())).close() }
            return (client.pool.count, host.connections)
        }
        #expect(kept == 1)
        #expect(connections == 1)
    }

    @Test func `no descriptor is left behind, however a call ends`() async throws {
        let loop = Loop.start()[0]
        let left = try await TestLoops.withServer(on: loop) { side in
            try await side.readRequest()
            switch side.number {
            case 1: try await side.send(Self.hello)
            case 2: try await side.send("nonsense\r\n\r\n")
            case 3: try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")
            case 4: try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")
            default: break
            }
            if side.number == 4 { try await side.wait() }
        } _: { host, client in
            let before = await loop.openSockets
            for number in 1...5 {
                if number == 4 {
                    _ = try await client.send(ClientRequest(.get, host.url()))  // forgotten without a word
                } else {
                    _ = await client.outcome(of: host.url())
                }
            }
            _ = await client.outcome(of: "http://127.0.0.1:1/")
            client.closeIdle()
            for _ in 0..<100 {
                if await loop.openSockets <= before { break }
                await client.loop.sleep(for: .milliseconds(5))
            }
            return await loop.openSockets - before
        }
        #expect(left == 0)
    }

    @Test func `a connection older than the limit is not used again, however busy it is`() async throws {
        var limits = Limits()
        limits.maxUpstreamConnectionAge = .nanoseconds(1)
        let (outcomes, connections) = try await TestLoops.withServer(limits, play: Self.answerAll) { host, client in
            var outcomes: [String] = []
            for _ in 0..<3 { outcomes.append(await client.outcome(of: host.url())) }
            return (outcomes, host.connections)
        }
        #expect(outcomes == ["200 hello", "200 hello", "200 hello"])
        #expect(connections == 3)
    }
}

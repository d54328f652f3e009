import Glibc
import HTTP
import Net
import Server
import Testing
import Wire

/// Connections: how they idle, how many there may be, and how they end.
struct ConnectionTests {
    @Test func `a head that comes too slowly is answered 408 and closed`() async throws {
        var limits = Limits()
        limits.headerTimeout = .milliseconds(500)
        let testServer = try await TestServer(limits) { try await echo($0) }
        try await testServer.withClient { caller in
            #expect(try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            let began = Instant.now
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            // Each byte comes in good time; it is the head as a whole that does not.
            while caller.stream.isQuiet(), Instant.now - began < .seconds(5) {
                try await caller.send("y")
                await Loop.current?.sleep(for: .milliseconds(10))
            }
            #expect(Instant.now - began < .seconds(3))
            let answer = try await caller.answer()
            #expect(answer.status == 408 && answer.headers[.xRequestID] == "refusal" && !answer.keepsAlive)
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a pipelined head has the same timeout as others`() async throws {
        var limits = Limits()
        limits.headerTimeout = .seconds(1)
        let testServer = try await TestServer(limits) { try await echo($0) }
        try await testServer.withClient { caller in
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /")
            #expect(try await caller.answer().status == 200)
            #expect(try await caller.answer().status == 408)
        }
    }

    @Test func `a silent connection is closed without a response`() async throws {
        var limits = Limits()
        limits.headerTimeout = .milliseconds(100)
        limits.keepaliveTimeout = .milliseconds(1000)
        let testServer = try await TestServer(limits) { try await echo($0) }
        try await testServer.withClient { caller in
            let began = Instant.now
            let isOver = try await caller.readsEnd()
            #expect(isOver && Instant.now - began < .milliseconds(700))
        }
        try await testServer.withClient { caller in
            _ = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let began = Instant.now
            #expect(try await caller.readsEnd())
            #expect(Instant.now - began > .milliseconds(800))
        }
    }

    @Test func `a rejection has the path of its request`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("GET /v1/videos?x HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n")
            #expect(answer.status == 400 && answer.headers["x-path"] == "/v1/videos" && answer.headers[.connection] == "close")
            #expect(answer.headers[.contentLength] == "\(answer.body.count)" && answer.headers.has(.date))
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a client that keeps sending can read a rejection`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
            for _ in 0..<20 {
                try await caller.send(Bytes(repeating: 0x78, count: 50_000))
                await Loop.current?.sleep(for: .milliseconds(5))
            }
            let answer = try await caller.answer()
            #expect(answer.status == 400)
        }
    }

    @Test func `a thousand keep-alive connections are served twice each`() async throws {
        // On one loop, so that some idle with a task and some without.
        let testServer = try await TestServer { try await echo($0) }
        let (address, server) = (testServer.address, testServer.server)
        let answered = await TestServer.loops[2].run { _ -> Int in
            var callers: [HTTP1TestClient] = []
            for _ in 0..<1000 {
                if let stream = try? await Net.Stream.connect(to: address, by: HTTP1TestClient.soon) {
                    callers.append(HTTP1TestClient(stream))
                }
            }
            var answered = 0
            for round in 0..<2 {
                for caller in callers { try? await caller.send("GET /\(round) HTTP/1.1\r\nHost: a\r\n\r\n") }
                for caller in callers where (try? await caller.answer().text) == "GET /\(round) " { answered += 1 }
            }
            #expect(await server.connectionCount() == 1000)
            for caller in callers { caller.stream.close() }
            return answered
        }
        #expect(answered == 2000)
        #expect(await server.drain(within: .seconds(5)) == 0)
        #expect(await server.connectionCount() == 0)
    }

    @Test func `draining closes idle connections after a moment and lets the others finish`() async throws {
        var limits = Limits()
        limits.shutdownIdleWait = .milliseconds(50)
        let seen = EventLog()
        let testServer = try await TestServer(limits) { exchange in
            seen.record(exchange.head.path)
            await Loop.current?.sleep(for: .milliseconds(600))
            try await echo(exchange)
        }
        let (address, server) = (testServer.address, testServer.server)
        try await testServer.withClient { idle in
            #expect(try await idle.ask("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n").keepsAlive)
            #expect(await seen.next() == "/idle")
            let busy = HTTP1TestClient(try await Net.Stream.connect(to: address))
            try await busy.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await seen.next() == "/busy")
            let began = Instant.now
            let drained = EventLog()
            TestServer.loops[2].spawn { _ in drained.record("\(await server.drain(within: .seconds(10)))") }
            #expect(try await idle.readsEnd())
            #expect(Instant.now - began < .milliseconds(400))
            let answer = try await busy.answer()
            #expect(answer.text == "GET /busy " && answer.headers[.connection] == "close")
            #expect(try await busy.readsEnd())
            busy.stream.close()
            #expect(await drained.next() == "0")
            await #expect(throws: (any Error).self) { try await Net.Stream.connect(to: address, by: .now + .seconds(1)) }
        }
    }

    @Test func `requests that were sent before the drain are answered, on connections new and old`() async throws {
        let loop = Loop.start()[0]
        let testServer = try await TestServer(on: [loop]) { try await echo($0) }
        let (address, server) = (testServer.address, testServer.server)
        try await testServer.withClient { old in
            _ = try await old.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            // The server's loop is kept from running until the requests lie in the kernel and the drain is its next work.
            loop.spawn { _ in usleep(300_000) }
            await Loop.current?.sleep(for: .milliseconds(50))
            try await old.send("GET /old HTTP/1.1\r\nHost: a\r\n\r\n")
            let new = HTTP1TestClient(try await Net.Stream.connect(to: address, by: HTTP1TestClient.soon))
            try await new.send("GET /new HTTP/1.1\r\nHost: a\r\n\r\n")
            let drained = EventLog()
            TestServer.loops[1].spawn { _ in drained.record("\(await server.drain(within: .seconds(10)))") }
            let answers = try await [old.answer().text, new.answer().text]
            #expect(answers == ["GET /old ", "GET /new "])
            #expect(try await old.readsEnd())
            #expect(try await new.readsEnd())
            #expect(await drained.next() == "0")
            new.stream.close()
        }
    }

    @Test func `what is still going on after the grace is broken off`() async throws {
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: nil)
            while true {
                try await exchange.write(Bytes("x".utf8)[...])
                await Loop.current?.sleep(for: .milliseconds(10))
            }
        }
        let server = testServer.server
        try await testServer.withClient { caller in
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await caller.stream.read(by: HTTP1TestClient.soon)
            let began = Instant.now
            let drained = EventLog()
            TestServer.loops[2].spawn { _ in drained.record("\(await server.drain(within: .milliseconds(100)))") }
            await #expect(throws: (any Error).self) { try await caller.rest() }
            #expect(Instant.now - began > .milliseconds(80))
            #expect(await drained.next() == "1")
        }
        #expect(await server.connectionCount() == 0)
    }

    @Test func `connections that idle without a task are served like others`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            for round in 0..<20 {
                if round % 3 == 0 { await Loop.current?.sleep(for: .milliseconds(2)) }
                let answer = try await caller.ask("POST /\(round) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                #expect(answer.text == "POST /\(round) hi")
            }
            let refused = try await caller.ask("GET / HTTP/1.1\r\n\r\n")
            #expect(refused.status == 400)
            #expect(try await caller.readsEnd())
        }
        #expect(await testServer.server.connectionCount() == 0)
    }

    @Test func `a client that pipelines does not starve others`() async throws {
        let loop = Loop.start()[0]
        let testServer = try await TestServer(on: [loop]) { try await $0.answer(Response(status: 200)) }
        let steps = try await testServer.withClient { caller in
            _ = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let before = await loop.run { $0.steps }
            try await caller.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 320))
            for _ in 0..<320 { _ = try await caller.answer() }
            return await loop.run { $0.steps } - before
        }
        #expect(steps >= 300, "\(steps) steps for 320 requests")
    }

    @Test func `a waiting request costs one step of its task a suspension`() async throws {
        let loop = Loop.start()[0]
        let testServer = try await TestServer(on: [loop]) { try await $0.answer(Response(status: 200)) }
        let steps = try await testServer.withClient { caller in
            _ = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let before = await loop.run { $0.steps }
            for _ in 0..<100 { _ = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            return await loop.run { $0.steps } - before
        }
        #expect(steps < 110, "\(steps) steps for 100 requests")
    }

    @Test func `a server that announces its shutdown still accepts, and each response is its connection's last`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            #expect(try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").keepsAlive)
            await testServer.server.announceDrain()
            #expect(try await !caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").keepsAlive)
            let second = HTTP1TestClient(try await Net.Stream.connect(to: testServer.address, by: HTTP1TestClient.soon))
            let answer = try await second.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.text == "GET /x " && !answer.keepsAlive)
            second.stream.close()
        }
        await testServer.server.drain(within: .seconds(5))
    }
}

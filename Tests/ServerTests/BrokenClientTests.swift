import HTTP
import Net
import Server
import Testing
import Wire

/// Answers that do not come to their end, and clients that do not wait for it.
struct BrokenClientTests {
    @Test(arguments: ["/counted", "/chunked", "/closed"])
    func `an aborted answer is seen as broken and not as an end`(_ path: String) async throws {
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: exchange.head.path == "/counted" ? 100 : nil)
            try await exchange.write(Bytes("some".utf8)[...])
            await Loop.current?.sleep(for: .milliseconds(30))
            exchange.abort()
        }
        try await testServer.withClient { caller in
            let version = path == "/closed" ? "1.0" : "1.1"
            await #expect(throws: (any Error).self) { try await caller.ask("GET \(path) HTTP/\(version)\r\nHost: a\r\n\r\n") }
        }
    }

    @Test(arguments: ["/unfinished", "/thrown", "/short", "/long"])
    func `a handler that does not finish its answer breaks it`(_ path: String) async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: 10)
            do {
                try await exchange.write(Bytes("some".utf8)[...])
                switch exchange.head.path {
                case "/thrown": throw BodyError.incomplete
                case "/short": try await exchange.finish()
                case "/long": try await exchange.write(Bytes("too much".utf8)[...])
                default: break
                }
            } catch let failure as ResponseWriteError {
                seen.record("\(failure)")
            }
        }
        try await testServer.withClient { caller in
            try await caller.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            await #expect(throws: (any Error).self) { try await caller.answer() }
        }
        if path == "/short" || path == "/long" { #expect(seen.all == ["wrongLength"]) }
    }

    @Test func `a handler that does not answer is answered for`() async throws {
        let testServer = try await TestServer { _ in }
        try await testServer.withClient { caller in
            for _ in 0..<2 {
                let answer = try await caller.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.status == 500 && answer.headers[.xRequestID] == "refusal" && answer.headers["x-path"] == "/a")
            }
        }
    }

    @Test func `a response cannot be sent twice`() async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            try await exchange.answer(Response(status: 200))
            do { try await exchange.answer(Response(status: 201)) } catch { seen.record("\(error)") }
            do { try await exchange.start(201, Headers(), length: nil) } catch { seen.record("\(error)") }
            do { try await exchange.write([1]) } catch { seen.record("\(error)") }
            do { try await exchange.finish() } catch { seen.record("\(error)") }
            #expect(exchange.status == 200)
        }
        try await testServer.withClient { caller in
            for _ in 0..<2 {
                let answer = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.status == 200)
            }
        }
        #expect(await seen.all(8) == Array(repeating: "outOfOrder", count: 8))
    }

    @Test func `an exchange that is over can do no harm to the next`() async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            try await exchange.answer(Response(status: 200))
            Loop.fork {
                await Loop.current?.sleep(for: .milliseconds(30))
                exchange.abort()
                exchange.onClientDisconnect { seen.record("left") }
                do { try await exchange.answer(Response(status: 500)) } catch { seen.record("\(error)") }
                do { _ = try await exchange.nextBodyPiece() } catch { seen.record("\(error)") }
            }
        }
        try await testServer.withClient { caller in
            for _ in 0..<2 {
                try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                let answer = try await caller.answer()
                #expect(answer.status == 200)
                #expect(await seen.next() == "outOfOrder")
            }
        }
        #expect(seen.all.isEmpty)
    }

    @Test func `writes fail after a client has disconnected in the middle of a response`() async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: nil)
            do {
                while true {
                    try await exchange.write(Bytes(repeating: 0x61, count: 10_000)[...])
                    await Loop.current?.sleep(for: .milliseconds(1))
                }
            } catch {
                seen.record("\(error is ResponseWriteError) \(exchange.clientIsGone)")
            }
        }
        try await testServer.withClient { caller in
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await caller.stream.read(by: HTTP1TestClient.soon)
        }
        #expect(await seen.next() == "true true")
    }

    @Test func `a waiting handler is notified when its client disconnects`() async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            exchange.onClientDisconnect { seen.record("left") }
            for _ in 0..<500 where !exchange.clientIsGone { await Loop.current?.sleep(for: .milliseconds(10)) }
            seen.record("gone: \(exchange.clientIsGone)")
        }
        try await testServer.withClient { caller in
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await Loop.current?.sleep(for: .milliseconds(100))
            caller.stream.abort()
        }
        #expect(await seen.next() == "left")
        #expect(await seen.next() == "gone: true")
    }

    @Test func `a slow reader holds the handler back and nothing is piled up`() async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: 64 << 20)
            let piece = Bytes(repeating: 0x61, count: 1 << 20)
            let began = Instant.now
            for _ in 0..<64 { try await exchange.write(piece[...]) }
            seen.record("\(Instant.now - began > .milliseconds(200))")
            try await exchange.finish()
        }
        let count = try await testServer.withClient { caller in
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await Loop.current?.sleep(for: .milliseconds(300))
            #expect(seen.all.isEmpty)
            return try await caller.answer().body.count
        }
        #expect(count == 64 << 20)
        #expect(await seen.next() == "true")
    }

    @Test func `a client that never reads is disconnected`() async throws {
        var limits = Limits()
        limits.writeTimeout = .milliseconds(150)
        let seen = EventLog()
        let testServer = try await TestServer(limits) { exchange in
            try await exchange.start(200, Headers(), length: 64 << 20)
            do {
                for _ in 0..<64 { try await exchange.write(Bytes(repeating: 0x61, count: 1 << 20)[...]) }
            } catch {
                seen.record("\(error)")
            }
        }
        try await testServer.withClient { caller in
            try await caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await seen.next() == "connection(timed out)")
        }
    }
}

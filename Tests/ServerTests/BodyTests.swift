import HTTP
import Net
import Server
import Testing
import Wire

/// Request bodies: streaming, limits, deadlines, 100-continue, and what is left unread.
struct BodyTests {
    @Test func `a chunked upload arrives piece by piece`() async throws {
        let testServer = try await TestServer { exchange in
            #expect(exchange.head.bodyLength == nil)
            var sizes = 0
            var count = 0
            while let piece = try await exchange.nextBodyPiece() {
                sizes += piece.count
                count += 1
            }
            #expect(try await exchange.nextBodyPiece() == nil)
            try await exchange.answer(Response(status: 200, body: Pieces("\(sizes) \(count > 1)")))
        }
        try await testServer.withClient { caller in
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<20 {
                try await caller.send("1388\r\n" + String(repeating: "x", count: 5000) + "\r\n")
                await Loop.current?.sleep(for: .milliseconds(1))
            }
            #expect(try await caller.ask("0\r\n\r\n").text == "100000 true")
        }
    }

    @Test func `an upload that stops is answered 408`() async throws {
        var limits = Limits()
        limits.bodyIdleTimeout = .milliseconds(100)
        let testServer = try await TestServer(limits) { try await echo($0) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
            #expect(answer.status == 408 && !answer.keepsAlive)
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a slow upload that keeps moving is accepted`() async throws {
        var limits = Limits()
        limits.minBodyRate = 1
        limits.bodyIdleTimeout = .milliseconds(1000)
        let testServer = try await TestServer(limits) { try await echo($0) }
        try await testServer.withClient { caller in
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n")
            for letter in ["a", "b", "c", "d", "e", "f"] {
                await Loop.current?.sleep(for: .milliseconds(250))
                try await caller.send(letter)
            }
            #expect(try await caller.answer().text == "POST / abcdef")
        }
    }

    @Test func `100 Continue is sent when the handler begins to read`() async throws {
        let testServer = try await TestServer { exchange in
            await Loop.current?.sleep(for: .milliseconds(300))
            try await echo(exchange)
        }
        try await testServer.withClient { caller in
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            let early = try? await caller.stream.read(by: .now + .milliseconds(20))
            #expect(early == nil)
            let interim = try await caller.stream.read(by: HTTP1TestClient.soon)
            #expect(String(decoding: interim, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(try await caller.ask("hi").text == "POST / hi")
            #expect(try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").interims.isEmpty)
        }
    }

    @Test func `a handler that does not read the body sends no 100 Continue, and the connection ends`() async throws {
        let testServer = try await TestServer { try await $0.answer(Response(status: 401)) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(answer.status == 401 && answer.interims.isEmpty && !answer.keepsAlive)
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `an announced body over the limit is refused before it is sent`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n")
            #expect(answer.status == 413 && answer.interims.isEmpty && !answer.keepsAlive)
        }
    }

    @Test(arguments: [true, false])
    func `a client that sends far too much can still read its 413`(_ isChunked: Bool) async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 20000000"
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            let block = (isChunked ? "186a0\r\n" : "") + String(repeating: "x", count: 100_000) + (isChunked ? "\r\n" : "")
            for _ in 0..<200 { try await caller.send(block) }
            let answer = try await caller.answer()
            #expect(answer.status == 413 && !answer.keepsAlive)
        }
    }

    @Test func `no body may pass the limit of the whole server`() async throws {
        var limits = Limits()
        limits.maxBodyBytes = 1000
        let testServer = try await TestServer(limits) { exchange in
            do {
                while (try await exchange.nextBodyPiece()) != nil {}
            } catch BodyError.tooLarge {
                try await exchange.answer(Response(status: 413))
            }
        }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
            #expect(answer.status == 413)
        }
        try await testServer.withClient { caller in
            let chunk = "1f4\r\n" + String(repeating: "x", count: 500) + "\r\n"
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk)
            #expect(try await caller.answer().status == 413)
        }
    }

    @Test func `a small unread body is discarded and the connection is kept`() async throws {
        let testServer = try await TestServer { try await $0.answer(Response(status: 200, body: Pieces($0.head.path))) }
        try await testServer.withClient { caller in
            try await caller.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "(", count: 100_000))
            let answer = try await caller.answer()
            #expect(answer.text == "/a" && answer.keepsAlive)
            #expect(try await caller.ask("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").text == "/b")
        }
    }

    @Test func `an unread body of unknown length ends the connection`() async throws {
        let testServer = try await TestServer { try await $0.answer(Response(status: 200)) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")
            #expect(answer.status == 200 && answer.headers[.connection] == "close")
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a large unread body ends the connection`() async throws {
        let testServer = try await TestServer { try await $0.answer(Response(status: 200)) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n")
            #expect(answer.status == 200 && answer.headers[.connection] == "close")
        }
    }

    @Test func `a malformed chunk in an unread body ends the connection`() async throws {
        let testServer = try await TestServer { try await $0.answer(Response(status: 200)) }
        try await testServer.withClient { caller in
            let hidden = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            _ = try await caller.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n\(hidden)")
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a handler that does not read slows the client down`() async throws {
        let testServer = try await TestServer { exchange in
            await Loop.current?.sleep(for: .milliseconds(400))
            var total = 0
            while let piece = try await exchange.nextBodyPiece() { total += piece.count }
            try await exchange.answer(Response(status: 200, body: Pieces("\(total)")))
        }
        try await testServer.withClient { caller in
            let size = 32 << 20
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            let body = Bytes(repeating: 0x78, count: size)
            let began = Instant.now
            try await caller.send(body)
            #expect(Instant.now - began > .milliseconds(200), "32 MB went into buffers that should not exist")
            #expect(try await caller.answer().text == "\(size)")
        }
    }

    @Test func `a client that disconnects in the middle of its body is noticed`() async throws {
        let seen = EventLog()
        let testServer = try await TestServer { exchange in
            do { _ = try await exchange.readBody(limit: 100) } catch { seen.record("\(error)") }
        }
        try await testServer.withClient { caller in
            try await caller.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
            caller.stream.abort()
        }
        #expect(await seen.next() == "incomplete")
    }
}

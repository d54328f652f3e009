import HTTP
import Net
import Server
import Testing
import Wire

/// What clients see of answers.
struct ResponseTests {
    @Test func `a response has length, date and the handler's fields, and the connection is kept`() async throws {
        let testServer = try await TestServer { exchange in
            var headers = Headers([(.contentType, "application/json"), (.contentLength, "999"), (.connection, "upgrade")])
            headers.set(.transferEncoding, "chunked")
            try await exchange.answer(Response(status: 201, headers: headers, body: Pieces("{}")))
        }
        try await testServer.withClient { caller in
            for _ in 0..<3 {
                let answer = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.status == 201 && answer.text == "{}" && answer.keepsAlive)
                #expect(answer.headers[.date] == "Sat, 21 Nov 2026 12:00:00 GMT")
                #expect(answer.headers.fields.map(\.name) == ["content-type", "date", "content-length"])
                #expect(answer.headers[.contentLength] == "2")
            }
        }
    }

    @Test func `pipelined requests are answered in their order`() async throws {
        let testServer = try await TestServer { exchange in
            if exchange.head.path == "/0" { await Loop.current?.sleep(for: .milliseconds(50)) }
            try await echo(exchange)
        }
        let texts = try await testServer.withClient { caller in
            try await caller.send((0..<50).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" }.joined())
            var texts: [String] = []
            for _ in 0..<50 { texts.append(try await caller.answer().text) }
            return texts
        }
        #expect(texts == (0..<50).map { "POST /\($0) hi" })
    }

    @Test func `HEAD gets the fields of GET and no body`() async throws {
        let testServer = try await TestServer { exchange in
            if exchange.head.path == "/streamed" {
                try await exchange.start(200, Headers(), length: 1000)
                try await exchange.write(Bytes("dropped".utf8)[...])
                try await exchange.finish()
            } else {
                try await exchange.answer(Response(status: 200, body: Pieces("hello")))
            }
        }
        try await testServer.withClient { caller in
            let head = try await caller.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", .head)
            #expect(head.headers[.contentLength] == "5" && head.keepsAlive)
            let streamed = try await caller.ask("HEAD /streamed HTTP/1.1\r\nHost: a\r\n\r\n", .head)
            #expect(streamed.headers[.contentLength] == "1000" && streamed.keepsAlive)
            #expect(try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "hello")
        }
    }

    @Test(arguments: [204, 304])
    func `statuses without a body send none`(_ status: Int) async throws {
        let testServer = try await TestServer { try await $0.answer(Response(status: status, body: Pieces("x"))) }
        try await testServer.withClient { caller in
            for _ in 0..<2 {
                let answer = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.status == status && !answer.headers.has(.contentLength) && answer.keepsAlive)
            }
        }
    }

    @Test func `a streamed answer of unknown length is chunked, of known length counted`() async throws {
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: exchange.head.path == "/counted" ? 300_000 : nil)
            for _ in 0..<3 { try await exchange.write(Bytes(repeating: 0x61, count: 100_000)[...]) }
            try await exchange.finish()
        }
        try await testServer.withClient { caller in
            let chunked = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(chunked.headers[.transferEncoding] == "chunked" && chunked.body.count == 300_000 && chunked.keepsAlive)
            let counted = try await caller.ask("GET /counted HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(counted.headers[.contentLength] == "300000" && counted.body.count == 300_000 && counted.keepsAlive)
        }
    }

    @Test func `HTTP 1.0 gets no chunks, and keeps the connection only if it asks`() async throws {
        let testServer = try await TestServer { exchange in
            if exchange.head.path == "/whole" { return try await echo(exchange) }
            try await exchange.start(200, Headers(), length: nil)
            try await exchange.write(Bytes("until the end".utf8)[...])
            try await exchange.finish()
        }
        try await testServer.withClient { caller in
            let whole = try await caller.ask("GET /whole HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(whole.text == "GET /whole " && whole.headers[.connection] == "keep-alive")
            let streamed = try await caller.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(streamed.text == "until the end" && !streamed.headers.has(.transferEncoding) && !streamed.keepsAlive)
            #expect(try await caller.readsEnd())
        }
        try await testServer.withClient { caller in
            _ = try await caller.ask("GET /whole HTTP/1.0\r\n\r\n")
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a client that asks to close gets a closing response and is closed`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        try await testServer.withClient { caller in
            let answer = try await caller.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(answer.headers[.connection] == "close")
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `a client that closes its sending side still gets its response`() async throws {
        let testServer = try await TestServer { exchange in
            await Loop.current?.sleep(for: .milliseconds(30))
            #expect(!exchange.clientIsGone)
            try await echo(exchange)
        }
        try await testServer.withClient { caller in
            try await caller.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            caller.stream.shutdownWrite()
            #expect(try await caller.answer().text == "POST /a hi")
            #expect(try await caller.readsEnd())
        }
    }

    @Test func `large answers arrive whole`() async throws {
        let testServer = try await TestServer { exchange in
            var body = Pieces()
            for letter in UInt8(ascii: "a")...UInt8(ascii: "z") { body.append(Bytes(repeating: letter, count: 100_001)[...]) }
            try await exchange.answer(Response(status: 200, body: body))
        }
        let body = try await testServer.withClient { try await $0.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body }
        #expect(body.count == 26 * 100_001)
        for place in 0..<26 {
            let letter = UInt8(ascii: "a") + UInt8(place)
            #expect(body[place * 100_001] == letter && body[place * 100_001 + 100_000] == letter)
        }
    }
}

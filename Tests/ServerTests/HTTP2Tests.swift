import Conformance
import HTTP
import Net
import Server
import Testing
import Wire

/// HTTP/2 in clear text: how it begins, and how handlers meet it.
struct HTTP2Tests {
    // MARK: Beginnings

    @Test func `both protocols are answered on one port, by the same handler`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        let new = try await testServer.withHTTP2Client { caller in
            try await caller.send(.request(1, Frame.post, ends: false), Frame(Frame.data, 1, on: 1, payload: Bytes("abc".utf8)))
            return try await caller.answer(on: 1)
        }
        let old = try await testServer.withClient { try await $0.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc") }
        #expect(new.status == 200 && new.text == "POST / abc" && new.text == old.text)
    }

    @Test func `a preface that comes byte by byte is one`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        let answer = try await testServer.withHTTP2Client(greets: false) { caller in
            for byte in Frame.preface {
                try await caller.send([byte])
                await TestServer.loops[2].run { _ in await Task.yield() }
            }
            try await caller.send(HTTP2TestClient.get(1, "/x"))
            return try await caller.answer(on: 1)
        }
        #expect(answer.text == "GET /x ")
    }

    @Test func `what only begins like a preface is HTTP/1_1`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        for text in ["PRI * HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.1\r\n\r\nXX", "PUT / HTTP/1.1\r\nHost: a\r\n\r\n"] {
            for cut in [1, 3, text.utf8.count] {
                let answer = try await testServer.withClient { caller in
                    try await caller.send(String(text.prefix(cut)))
                    await TestServer.loops[2].run { loop in await loop.sleep(for: .milliseconds(5)) }
                    return try await caller.ask(String(text.dropFirst(cut)))
                }
                #expect(answer.status == (text.hasPrefix("PUT") ? 200 : text.hasPrefix("PRI * HTTP/1.1") ? 400 : 505), "\(text) \(cut)")
            }
        }
    }

    private static let upgrade = """
        Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n
        """

    /// RFC 9113 §3.1 has dropped it, and a proxy that passes it on would pass what follows by its own rules.
    @Test func `an upgrade to HTTP/2 is ignored`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        let answer = try await testServer.withClient { try await $0.ask("GET /first HTTP/1.1\r\n\(HTTP2Tests.upgrade)") }
        #expect(answer.status == 200 && answer.text == "GET /first " && answer.interims.isEmpty && answer.keepsAlive)
    }

    @Test(arguments: ["INVALID CONNECTION PREFACE\r\n\r\n", "EHLO mail example\r\n", "A B C\r\n"])
    func `a connection that begins with something else is closed without an answer`(_ text: String) async throws {
        let events = EventLog()
        let testServer = try await TestServer(onRejection: { events.record("\($0.kind)") }) { try await echo($0) }
        let seen = try await testServer.withClient { caller in
            try await caller.send(text)
            return try? await caller.rest()
        }
        // Unread bytes make the kernel reset the connection: that is an end too.
        #expect(seen?.isEmpty ?? true)
        #expect(await events.next() == "notHTTP")
    }

    @Test func `the settings come first, also in front of a farewell`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        let frames = try await testServer.withHTTP2Client(greets: false) { caller in
            try await caller.send(Frame.preface + Frame(Frame.priority, 0, on: 0, payload: [0, 0, 0, 1, 0]).bytes)
            return try await caller.rest()
        }
        #expect(frames.first?.type == Frame.settings && frames.last?.type == Frame.goAway)
    }

    // MARK: Exchanges

    @Test func `what a handler sees of a request`() async throws {
        let events = EventLog()
        let testServer = try await TestServer { exchange in
            let head = exchange.head
            let values = [head.query["a"], head.headers["x"]].map { $0 ?? "" }.joined(separator: " ")
            events.record("\(head.method) \(head.path) \(head.authority) \(values) \(head.version)")
            events.record("\(head.bodyLength.map(String.init) ?? "nil") \(head.isTLS)")
            try await exchange.answer(Response(status: 204))
        }
        let answer = try await testServer.withHTTP2Client { caller in
            try await caller.send(
                .request(
                    1,
                    [
                        (":method", "PUT"), (":scheme", "http"), (":path", "/p?a=b"), (":authority", "h:1"),
                        ("x", "y"),
                    ]))
            return try await caller.answer(on: 1)
        }
        #expect(events.all == ["PUT /p h:1 b y HTTP/2", "0 false"])
        #expect(answer == HTTP2TestClient.ReceivedResponse(status: 204))
    }

    @Test func `an answer piece by piece, with and without a length, and to HEAD`() async throws {
        let testServer = try await TestServer { exchange in
            try await exchange.start(200, Headers(), length: exchange.head.path == "/known" ? 6 : nil)
            for _ in 0..<3 { try await exchange.write(Bytes("ab".utf8)[...]) }
            try await exchange.finish()
        }
        let answers = try await testServer.withHTTP2Client { caller in
            var answers: [HTTP2TestClient.ReceivedResponse] = []
            for request in [
                HTTP2TestClient.get(1, "/known"), HTTP2TestClient.get(3), .request(5, [(":method", "HEAD")] + Frame.get.dropFirst()),
            ] {
                try await caller.send(request)
                answers.append(try await caller.answer(on: request.stream))
            }
            return answers
        }
        #expect(answers.map(\.text) == ["ababab", "ababab", ""] && answers.allSatisfy { $0.status == 200 })
    }

    @Test func `a handler that breaks its word breaks the stream and not the connection`() async throws {
        let testServer = try await TestServer { exchange in
            switch exchange.head.path {
            case "/short":
                try await exchange.start(200, Headers(), length: 6)
                try await exchange.write([1])
                try await exchange.finish()
            case "/long":
                try await exchange.start(200, Headers(), length: 1)
                try await exchange.write([1, 2])
            case "/unfinished": try await exchange.start(200, Headers(), length: nil)
            case "/none": return
            default: try await exchange.answer(Response(status: 200))
            }
        }
        let answers = try await testServer.withHTTP2Client { caller in
            var answers: [HTTP2TestClient.ReceivedResponse] = []
            for (number, path) in ["/short", "/long", "/unfinished", "/none", "/fine"].enumerated() {
                try await caller.send(HTTP2TestClient.get(UInt32(2 * number + 1), path))
                answers.append(try await caller.answer(on: UInt32(2 * number + 1)))
            }
            return answers
        }
        #expect(answers.map(\.reset) == [2, 2, 2, nil, nil])
        #expect(answers[3].status == 500 && answers[4].status == 200)
    }

    @Test func `answers come in the order in which they are ready`() async throws {
        let testServer = try await TestServer { exchange in
            if exchange.head.path == "/slow" { await TestServer.loops[0].sleep(for: .milliseconds(100)) }
            try await exchange.answer(Response(status: 200))
        }
        let order = try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1, "/slow"), HTTP2TestClient.get(3))
            return [
                try await caller.frame { $0.type == Frame.headers }?.stream,
                try await caller.frame { $0.type == Frame.headers }?.stream,
            ]
        }
        #expect(order == [3, 1])
    }

    @Test func `100 Continue is sent when the body is read, and only then`() async throws {
        var limits = Limits()
        limits.lingerIdleTimeout = .milliseconds(50)
        let testServer = try await TestServer(limits) { exchange in
            if exchange.head.path == "/refused" { return try await exchange.answer(Response(status: 403)) }
            try await echo(exchange)
        }
        let seen = try await testServer.withHTTP2Client { caller in
            let fields = { (path: String) in
                [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"), ("expect", "100-continue")]
            }
            try await caller.send(.request(1, fields("/"), ends: false))
            let first = try await caller.frame { $0.type == Frame.headers }?.status
            try await caller.send(Frame(Frame.data, 1, on: 1, payload: Bytes("abc".utf8)))
            let second = try await caller.answer(on: 1).text
            try await caller.send(.request(3, fields("/refused"), ends: false))
            let third = try await caller.answer(on: 3)
            let reset = try await caller.frame { $0.type == Frame.reset }?.payload
            return "\(first ?? 0) \(second) \(third.status) \(reset ?? [])"
        }
        #expect(seen == "100 POST / abc 0 [0, 0, 0, 0]" || seen == "100 POST / abc 403 [0, 0, 0, 0]")
    }

    @Test func `a body is received no faster than it is read`() async throws {
        var limits = Limits()
        limits.streamWindow = 100_000
        let events = EventLog()
        let testServer = try await TestServer(limits) { exchange in
            await TestServer.loops[0].sleep(for: .milliseconds(200))
            var count = 0
            while let piece = try await exchange.nextBodyPiece() { count += piece.count }
            events.record("\(count)")
            try await exchange.answer(Response(status: 200))
        }
        let (early, status) = try await testServer.withHTTP2Client { caller in
            let piece = Frame(Frame.data, 0, on: 1, payload: Bytes(repeating: 7, count: 10_000))
            try await caller.send(.request(1, Frame.post, ends: false))
            for _ in 0..<10 { try await caller.send(piece) }
            guard try await caller.pings() else { return (true, 0) }
            let early = try await caller.frame { $0.type == Frame.windowUpdate && $0.stream == 1 || $0.type == Frame.ping }
            try await caller.send(piece, Frame(Frame.data, 1, on: 1))
            return (early == nil, try await caller.answer(on: 1).status)
        }
        #expect(!early && status == 200 && events.all == ["110000"])
    }

    @Test func `a large body arrives whole, and a large answer too`() async throws {
        let testServer = try await TestServer { exchange in
            var count = 0
            while let piece = try await exchange.nextBodyPiece() { count += piece.count }
            try await exchange.start(200, Headers(), length: nil)
            for number in 0..<40 { try await exchange.write(Bytes(repeating: UInt8(number), count: 100_000)[...]) }
            try await exchange.write(Bytes("\(count)".utf8)[...])
            try await exchange.finish()
        }
        let answer = try await testServer.withHTTP2Client { caller in
            try await caller.send(.request(1, Frame.post, ends: false))
            var (room, sent) = (262_144, 0)
            while sent < 3_000_000 {
                while room < 16_384 {
                    guard let update = try await caller.frame({ $0.type == Frame.windowUpdate && $0.stream == 1 }) else {
                        return HTTP2TestClient.ReceivedResponse()
                    }
                    room += update.payload.reduce(0) { $0 << 8 | Int($1) }
                }
                try await caller.send(Frame(Frame.data, 0, on: 1, payload: Bytes(repeating: 1, count: 16_384)))
                (room, sent) = (room - 16_384, sent + 16_384)
            }
            try await caller.send(Frame(Frame.data, 1, on: 1))
            return try await caller.answer(on: 1)
        }
        let count = (3_000_000 + 16_383) / 16_384 * 16_384
        #expect(answer.body.count == 4_000_000 + "\(count)".utf8.count && answer.text.hasSuffix("\(count)"))
        #expect(answer.body.dropFirst(3_999_999).first == 39)
    }
}

import Conformance
import Net
import Server
import Testing
import Wire

/// Responses without a task: `Handler.respondImmediately`.
struct ImmediateResponseTests {
    /// Responds to `/now…` without a task, and to everything else with one.
    private final class ImmediateHandler: Handler, ResponseObserver {
        private let log: EventLog
        private let body: Pieces

        init(_ log: EventLog, _ body: Pieces) {
            self.log = log
            self.body = body
        }

        func respondImmediately(to exchange: any Exchange) -> Bool {
            switch exchange.head.path {
            case "/now": exchange.answer(Response(status: 200, body: body), notifying: self)
            // Not a final status: the response cannot begin.
            case "/never": exchange.answer(Response(status: 100), notifying: self)
            default: return false
            }
            return true
        }

        func responseDidEnd(_ error: ResponseWriteError?) { log.record(error.map { "\($0)" } ?? "sent") }

        func handle(_ exchange: any Exchange) async { try? await exchange.answer(Response(status: 204)) }
        func rejectionResponse(for rejected: RejectedRequest) -> Response { Response(status: rejected.status) }
        func report(_ rejection: ConnectionRejection) {}
    }

    private func makeServer(_ log: EventLog, _ body: String, limits: Limits = Limits(), on loop: Loop? = nil) async throws -> TestServer {
        try await TestServer(limits, on: [loop ?? TestServer.loops[0]], makeHandler: { ImmediateHandler(log, Pieces(body)) })
    }

    private static let now = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `requests with and without a task follow each other on a connection`() async throws {
        let log = EventLog()
        let testServer = try await makeServer(log, "ok")
        try await testServer.withClient { caller in
            for path in ["/now", "/later", "/now", "/now", "/later"] {
                let answer = try await caller.ask("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answer.status == (path == "/now" ? 200 : 204) && answer.keepsAlive)
            }
            try await caller.send(Self.now + "GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + Self.now)
            for status in [200, 204, 200] { #expect(try await caller.answer().status == status) }
        }
        #expect(await log.all(5) == Array(repeating: "sent", count: 5))
    }

    @Test func `no task is woken for a request that needs none`() async throws {
        let loop = Loop.start()[0]
        let testServer = try await makeServer(EventLog(), "ok", on: loop)
        let steps = try await testServer.withClient { caller in
            _ = try await caller.ask(Self.now)
            let before = await loop.run { $0.steps }
            for _ in 0..<100 { _ = try await caller.ask(Self.now) }
            return await loop.run { $0.steps } - before
        }
        #expect(steps < 10, "\(steps) steps for 100 requests")
    }

    @Test func `a client that pipelines does not starve others`() async throws {
        let loop = Loop.start()[0]
        let testServer = try await makeServer(EventLog(), "ok", on: loop)
        let steps = try await testServer.withClient { caller in
            _ = try await caller.ask(Self.now)
            let before = await loop.run { $0.steps }
            try await caller.send(String(repeating: Self.now, count: 320))
            for _ in 0..<320 { _ = try await caller.answer() }
            return await loop.run { $0.steps } - before
        }
        #expect(steps >= 18, "\(steps) steps for 320 requests")
    }

    @Test(arguments: [4000, 8 << 20])
    func `a client that reads slowly gets all of a response`(_ count: Int) async throws {
        let log = EventLog()
        let body = String(repeating: "x", count: count)
        let testServer = try await makeServer(log, body)
        let repeats = 16 << 20 / count + 1
        try await testServer.withClient { caller in
            // More than the kernel's buffers hold, so that a write ends within a response.
            for _ in 0..<repeats { try await caller.send(Self.now) }
            await Loop.current?.sleep(for: .milliseconds(50))
            for _ in 0..<repeats {
                let answer = try await caller.answer()
                #expect(answer.status == 200 && answer.body.count == count)
            }
        }
        #expect(await log.all(repeats) == Array(repeating: "sent", count: repeats))
    }

    @Test func `a request body that nobody read is discarded`() async throws {
        let testServer = try await makeServer(EventLog(), "ok")
        try await testServer.withClient { caller in
            let request = "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            for _ in 0..<3 {
                let answer = try await caller.ask(request)
                #expect(answer.text == "ok")
            }
        }
    }

    @Test func `a response that cannot begin is a 500, and is reported`() async throws {
        let log = EventLog()
        let testServer = try await makeServer(log, "ok")
        try await testServer.withClient { caller in
            let answer = try await caller.ask("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 500)
        }
        #expect(await log.next() == "outOfOrder")
        try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1, "/never"))
            #expect(try await caller.answer(on: 1).status == 500)
            try await caller.send(HTTP2TestClient.get(3, "/now"))
            #expect(try await caller.answer(on: 3).text == "ok")
        }
        #expect(await log.all(2) == ["outOfOrder", "sent"])
    }

    @Test func `streams with and without a task share an HTTP/2 connection`() async throws {
        let log = EventLog()
        let testServer = try await makeServer(log, "ok")
        try await testServer.withHTTP2Client { caller in
            for id in stride(from: UInt32(1), to: 40, by: 2) {
                try await caller.send(HTTP2TestClient.get(id, id % 4 == 1 ? "/now" : "/later"))
                #expect(try await caller.answer(on: id).status == (id % 4 == 1 ? 200 : 204))
            }
        }
        #expect(await log.all(10) == Array(repeating: "sent", count: 10))
    }

    @Test func `a response beyond the client's window waits for it, and ends with the stream`() async throws {
        let log = EventLog()
        let testServer = try await makeServer(log, String(repeating: "x", count: 100_000))
        try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1, "/now"))
            #expect(try await caller.answer(on: 1).body.count == 100_000)
            // Without window updates, the second response cannot be sent whole.
            try await caller.send(HTTP2TestClient.get(3, "/now"))
            _ = try await caller.frame { $0.stream == 3 && $0.type == Frame.data }
            #expect(log.all == ["sent"])
            try await caller.send(Frame(Frame.reset, 0, on: 3, payload: [0, 0, 0, 8]))
            #expect(try await caller.pings())
        }
        let events = await log.all(2)
        #expect(events.count == 2 && events[1].hasPrefix("connection"))
    }

    @Test func `a response that the client does not take is aborted`() async throws {
        var limits = Limits()
        limits.writeTimeout = .milliseconds(100)
        let log = EventLog()
        let testServer = try await makeServer(log, String(repeating: "x", count: 100_000), limits: limits)
        try await testServer.withHTTP2Client { caller in
            try await caller.send(HTTP2TestClient.get(1, "/now"))
            let reset = try await caller.frame { $0.stream == 1 && $0.type == Frame.reset }
            #expect(reset != nil)
        }
        #expect(await log.next() == "\(ResponseWriteError.connection(.timedOut))")
    }
}

import Net
import Testing
import Wire

@testable import Client

struct DeadlineTests {
    /// What a call ends with, and how long it took.
    private struct TimedOutcome: Sendable {
        var failure: ClientError?
        var took: Duration
    }

    private static func ending(
        _ limits: Limits, play: @escaping @Sendable (ScriptedServer.ServerSide) async throws -> Void,
        _ change: @escaping @Sendable (inout ClientRequest) -> Void = { _ in }
    ) async throws -> TimedOutcome {
        try await TestLoops.withServer(limits, on: TestLoops.clock, play: play) { host, client in
            var request = ClientRequest(.get, host.url())
            change(&request)
            let start = Instant.now
            let failure = await client.failure(of: request)
            return TimedOutcome(failure: failure, took: .now - start)
        }
    }

    private static let short: Duration = .milliseconds(100)

    @Test func `a silent server times out after the first-byte timeout, and may have received the call`() async throws {
        var limits = Limits()
        limits.upstreamFirstByteTimeout = Self.short
        let ending = try await Self.ending(limits) { try await $0.wait() }
        #expect(ending.failure?.reason == .timeout)
        #expect(ending.failure?.neverArrived == false)
        #expect(ending.took >= Self.short && ending.took < .seconds(10))
    }

    @Test func `a call may have a first byte's time of its own`() async throws {
        let ending = try await Self.ending(Limits(), play: { try await $0.wait() }) { $0.firstByteTimeout = Self.short }
        #expect(ending.failure?.reason == .timeout)
    }

    @Test func `interim answers do not stretch the first byte's time`() async throws {
        var limits = Limits()
        limits.upstreamFirstByteTimeout = .milliseconds(200)
        limits.maxInterimResponses = .max
        let ending = try await Self.ending(limits) { side in
            while true {
                try await side.send("HTTP/1.1 102 Processing\r\n\r\n")
                await side.stream.loop.sleep(for: .milliseconds(10))
            }
        }
        #expect(ending.failure?.reason == .timeout)
    }

    @Test func `a head that trickles does not stretch it either`() async throws {
        var limits = Limits()
        limits.upstreamFirstByteTimeout = .milliseconds(200)
        let ending = try await Self.ending(limits) { side in
            try await side.send("HTTP/1.1 200 OK\r\n")
            while true {
                try await side.send("a: b\r\n")
                await side.stream.loop.sleep(for: .milliseconds(10))
            }
        }
        #expect(ending.failure?.reason == .timeout || ending.failure?.reason == .malformed)
    }

    @Test func `a body that stalls times out`() async throws {
        var limits = Limits()
        limits.upstreamIdleTimeout = Self.short
        let ending = try await Self.ending(limits) { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            try await side.wait()
        }
        #expect(ending.failure?.reason == .timeout)
    }

    @Test func `a body that keeps arriving has no time limit`() async throws {
        var limits = Limits()
        limits.upstreamIdleTimeout = .milliseconds(1500)
        limits.upstreamFirstByteTimeout = .milliseconds(1500)
        let ending = try await Self.ending(limits) { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
            for _ in 0..<12 {
                await side.stream.loop.sleep(for: .milliseconds(150))
                try await side.send("x")
            }
        }
        #expect(ending.failure == nil)
        #expect(ending.took > .milliseconds(1500))
    }

    @Test func `a refused connection proves that nothing arrived`() async throws {
        let failure = try await TestLoops.withServer { _ in
        } _: { host, client in
            host.stop()
            await client.loop.sleep(for: .milliseconds(20))
            return await client.failure(of: ClientRequest(.post, host.url()))
        }
        #expect(failure?.reason == .connect)
        #expect(failure?.neverArrived == true)
    }

    @Test func `a name that does not exist proves it too`() async throws {
        var limits = Limits()
        limits.dnsTimeout = .seconds(2)
        let failure = try await TestLoops.withServer(limits, on: TestLoops.clock) { _ in
        } _: { _, client in
            await client.failure(of: ClientRequest(.post, "http://nowhere.invalid/"))
        }
        #expect(failure?.reason == .lookup)
        #expect(failure?.neverArrived == true)
    }

    @Test(arguments: ["", "/v1", "ftp://a/b", "http://user@host/", "http://a b/", "https://", "http://h:99999/"])
    func `text that is not a URL is not called`(url: String) async throws {
        let failure = try await TestLoops.withServer { _ in
        } _: { _, client in
            await client.failure(of: ClientRequest(.get, url))
        }
        #expect(failure?.reason == .badURL)
        #expect(failure?.neverArrived == true)
    }

    @Test func `a server that accepts no connection times out`() async throws {
        var limits = Limits()
        limits.connectTimeout = Self.short
        let (failure, took) = try await TestLoops.clock.run { [limits] loop -> Result<(ClientError?, Duration), any Error> in
            do {
                let (listener, fillers) = try Blackhole.open()
                let client = Client(resolver: TestLoops.resolver, tls: try TLSContext.client(), limits: limits)
                let start = Instant.now
                let failure = await client.failure(of: ClientRequest(.post, "http://127.0.0.1:\(listener.address.port ?? 0)/"))
                for filler in fillers { filler.close() }
                listener.stop()
                return .success((failure, .now - start))
            } catch {
                return .failure(error)
            }
        }.get()
        #expect(failure?.reason == .connectTimeout)
        #expect(failure?.neverArrived == true)
        #expect(took < .seconds(10))
    }

    @Test func `a server that never starts TLS times out`() async throws {
        var limits = Limits()
        limits.connectTimeout = Self.short
        let failure = try await TestLoops.withServer(limits, on: TestLoops.clock) {
            try await $0.wait()
        } _: { host, client in
            await client.failure(of: ClientRequest(.post, host.url(scheme: "https")))
        }
        #expect(failure?.reason == .connectTimeout)
        #expect(failure?.neverArrived == true)
    }
}

/// A listening socket whose queue is full: further connections are never answered.
enum Blackhole {
    static func open() throws -> (Listener, [Net.Stream]) {
        let listener = try Listener(.loopback(), backlog: 0)
        return (listener, try (0..<4).map { _ in try Stream.dial(listener.address) })
    }
}

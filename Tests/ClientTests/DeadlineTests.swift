@testable import Client
import Net
import Testing
import Wire

struct DeadlineTests {
    /// What a call ends with, and how long it took.
    private struct Ending: Sendable {
        var failure: ClientFailure?
        var took: Duration
    }

    private static func ending(
        _ limits: Limits, play: @escaping @Sendable (Host.Side) async throws -> Void,
        _ change: @escaping @Sendable (inout Outgoing) -> Void = { _ in }
    ) async throws -> Ending {
        try await Bench.with(limits, on: Bench.clock, play: play) { host, client in
            var outgoing = Outgoing(.get, host.url())
            change(&outgoing)
            let start = Instant.now
            let failure = await client.failure(of: outgoing)
            return Ending(failure: failure, took: .now - start)
        }
    }

    private static let short: Duration = .milliseconds(100)

    @Test func `a silent server is given up after the first byte's time, and may have got the call`() async throws {
        var limits = Limits()
        limits.firstByteTime = Self.short
        let ending = try await Self.ending(limits) { try await $0.wait() }
        #expect(ending.failure?.reason == .timeout)
        #expect(ending.failure?.neverArrived == false)
        #expect(ending.took >= Self.short && ending.took < .seconds(10))
    }

    @Test func `a call may have a first byte's time of its own`() async throws {
        let ending = try await Self.ending(Limits(), play: { try await $0.wait() }) { $0.firstByteTime = Self.short }
        #expect(ending.failure?.reason == .timeout)
    }

    @Test func `interim answers do not stretch the first byte's time`() async throws {
        var limits = Limits()
        limits.firstByteTime = .milliseconds(200)
        limits.interimAnswers = .max
        let ending = try await Self.ending(limits) { side in
            while true {
                try await side.say("HTTP/1.1 102 Processing\r\n\r\n")
                await side.stream.loop.sleep(for: .milliseconds(10))
            }
        }
        #expect(ending.failure?.reason == .timeout)
    }

    @Test func `a head that trickles does not stretch it either`() async throws {
        var limits = Limits()
        limits.firstByteTime = .milliseconds(200)
        let ending = try await Self.ending(limits) { side in
            try await side.say("HTTP/1.1 200 OK\r\n")
            while true {
                try await side.say("a: b\r\n")
                await side.stream.loop.sleep(for: .milliseconds(10))
            }
        }
        #expect(ending.failure?.reason == .timeout || ending.failure?.reason == .malformed)
    }

    @Test func `a body that stalls is given up after the pause`() async throws {
        var limits = Limits()
        limits.answerPause = Self.short
        let ending = try await Self.ending(limits) { side in
            try await side.hear()
            try await side.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            try await side.wait()
        }
        #expect(ending.failure?.reason == .timeout)
    }

    @Test func `a body that goes on takes as long as it takes`() async throws {
        var limits = Limits()
        limits.answerPause = .milliseconds(1500)
        limits.firstByteTime = .milliseconds(1500)
        let ending = try await Self.ending(limits) { side in
            try await side.hear()
            try await side.say("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
            for _ in 0..<12 {
                await side.stream.loop.sleep(for: .milliseconds(150))
                try await side.say("x")
            }
        }
        #expect(ending.failure == nil)
        #expect(ending.took > .milliseconds(1500))
    }

    @Test func `nobody listening proves that nothing arrived`() async throws {
        let failure = try await Bench.with { _ in
        } _: { host, client in
            host.stop()
            await client.loop.sleep(for: .milliseconds(20))
            return await client.failure(of: Outgoing(.post, host.url()))
        }
        #expect(failure?.reason == .connect)
        #expect(failure?.neverArrived == true)
    }

    @Test func `a name that does not exist proves it too`() async throws {
        var limits = Limits()
        limits.lookupTime = .seconds(2)
        let failure = try await Bench.with(limits, on: Bench.clock) { _ in
        } _: { _, client in
            await client.failure(of: Outgoing(.post, "http://nowhere.invalid/"))
        }
        #expect(failure?.reason == .lookup)
        #expect(failure?.neverArrived == true)
    }

    @Test(arguments: ["", "/v1", "ftp://a/b", "http://user@host/", "http://a b/", "https://", "http://h:99999/"])
    func `what is no URL is not called`(url: String) async throws {
        let failure = try await Bench.with { _ in
        } _: { _, client in
            await client.failure(of: Outgoing(.get, url))
        }
        #expect(failure?.reason == .badURL)
        #expect(failure?.neverArrived == true)
    }

    @Test func `a server that accepts no connection is given up after the connect time`() async throws {
        var limits = Limits()
        limits.connectTime = Self.short
        let (failure, took) = try await Bench.clock.run { [limits] loop -> Result<(ClientFailure?, Duration), any Error> in
            do {
                let (listener, fillers) = try Blackhole.open()
                let client = Client(resolver: Bench.resolver, tls: try TLSContext.client(), limits: limits)
                let start = Instant.now
                let failure = await client.failure(of: Outgoing(.post, "http://127.0.0.1:\(listener.address.port ?? 0)/"))
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

    @Test func `a server that never speaks TLS is given up after the connect time`() async throws {
        var limits = Limits()
        limits.connectTime = Self.short
        let failure = try await Bench.with(limits, on: Bench.clock) {
            try await $0.wait()
        } _: { host, client in
            await client.failure(of: Outgoing(.post, host.url(scheme: "https")))
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

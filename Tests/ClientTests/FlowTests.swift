import Net
import Testing
import Wire

@testable import Client

/// Bodies in both directions: back-pressure, progress, and servers that have heard enough.
@Suite(.serialized) struct FlowTests {
    /// What a script has written so far.
    private final class Meter {
        var bytes = 0
        var isDone = false
    }

    @Test func `a reader that pauses holds the server back`() async throws {
        let whole = 64 << 20
        let piece = Bytes(repeating: 7, count: 1 << 16)
        let (early, total) = try await TestLoops.heavy.run { loop -> Result<(Int, Int), any Error> in
            do {
                let meter = Meter()
                let host = try ScriptedServer(tls: nil, on: loop) { side in
                    try await side.readRequest()
                    try await side.send("HTTP/1.1 200 OK\r\nContent-Length: \(whole)\r\n\r\n")
                    while meter.bytes < whole {
                        try await side.send(piece)
                        meter.bytes += piece.count
                    }
                }
                defer { host.stop() }
                let client = Client(resolver: TestLoops.resolver, tls: try TLSContext.client(), limits: Limits())
                let incoming = try await client.send(ClientRequest(.get, host.url()))
                var total = try await incoming.next()?.count ?? 0
                await loop.sleep(for: .milliseconds(300))
                let early = meter.bytes
                while let piece = try await incoming.next() { total += piece.count }
                client.closeIdle()
                return .success((early, total))
            } catch {
                return .failure(error)
            }
        }.get()
        // What lies in between is the kernel's: two socket buffers.
        #expect(early < 24 << 20)
        #expect(total == whole)
    }

    @Test func `a large request that keeps moving has no time limit`() async throws {
        var limits = Limits()
        limits.bodyIdleTimeout = .seconds(2)
        let whole = 24 << 20
        let (outcome, took) = try await TestLoops.withServer(limits, on: TestLoops.heavy) { side in
            var count = 0
            var next = 512 << 10
            while count < whole {
                count += try await side.stream.read(by: TestLoops.soon).count
                if count > next {
                    next += 512 << 10
                    await side.stream.loop.sleep(for: .milliseconds(50))
                }
            }
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        } _: { host, client in
            var request = ClientRequest(.post, host.url())
            request.body = Pieces(Bytes(repeating: 1, count: whole))
            let start = Instant.now
            return (await client.outcome(of: request), .now - start)
        }
        #expect(outcome == "200 ok")
        #expect(took > limits.bodyIdleTimeout)
    }

    @Test func `a large request that stalls times out, and may have arrived`() async throws {
        var limits = Limits()
        limits.bodyIdleTimeout = .milliseconds(400)
        let failure = try await TestLoops.withServer(limits, on: TestLoops.heavy) { side in
            await side.stream.loop.sleep(for: .seconds(5))
        } _: { host, client in
            await client.failure(of: Self.large(.post, host))
        }
        #expect(failure?.reason == .timeout)
        #expect(failure?.neverArrived == false)
    }

    private static func large(_ method: Method, _ host: ScriptedServer, scheme: String = "http") -> ClientRequest {
        var request = ClientRequest(method, host.url(scheme: scheme))
        for _ in 0..<40 { request.body.append(Bytes(repeating: 1, count: 1 << 20)[...]) }
        return request
    }

    private static let refusal = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig"

    @Test(arguments: [false, true])
    func `a server that refuses and reads on is heard while the request is written, and not sent the rest`(isTLS: Bool) async throws {
        let (outcome, count) = try await TestLoops.heavy.run { loop -> Result<(String, Int), any Error> in
            do {
                let meter = Meter()
                let host = try ScriptedServer(tls: isTLS ? TestCertificates.server() : nil, on: loop) { side in
                    _ = try await side.stream.read(by: TestLoops.soon)
                    try await side.send(Self.refusal)
                    await loop.sleep(for: .milliseconds(100))
                    while true {
                        let bytes = try await side.stream.read(by: TestLoops.soon)
                        if bytes.isEmpty { break }
                        meter.bytes += bytes.count
                    }
                }
                let client = Client(resolver: TestLoops.resolver, tls: try TestCertificates.client(), limits: Limits())
                let outcome = await client.outcome(of: Self.large(.post, host, scheme: isTLS ? "https" : "http"))
                await loop.sleep(for: .milliseconds(100))
                host.stop()
                return .success((outcome, meter.bytes))
            } catch {
                return .failure(error)
            }
        }.get()
        #expect(outcome == "413 big")
        #expect(count < 20 << 20)
    }

    @Test func `a server that answers and closes is heard`() async throws {
        let outcome = try await TestLoops.withServer(on: TestLoops.heavy) { side in
            _ = try await side.stream.read(by: TestLoops.soon)
            try await side.send(Self.refusal)
        } _: { host, client in
            await client.outcome(of: Self.large(.post, host))
        }
        #expect(outcome == "413 big")
    }

    @Test func `a server that answers and reads no further is heard when the writing makes no progress`() async throws {
        var limits = Limits()
        limits.bodyIdleTimeout = .milliseconds(400)
        let outcome = try await TestLoops.withServer(limits, on: TestLoops.heavy) { side in
            _ = try await side.stream.read(by: TestLoops.soon)
            try await side.send(Self.refusal)
            await side.stream.loop.sleep(for: .seconds(5))
        } _: { host, client in
            await client.outcome(of: Self.large(.post, host))
        }
        #expect(outcome == "413 big")
    }

    @Test(arguments: ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"])
    func `a request is written to its end after an interim answer or an early success`(early: String) async throws {
        let (outcome, count) = try await TestLoops.heavy.run { loop -> Result<(String, Int), any Error> in
            do {
                let meter = Meter()
                let host = try ScriptedServer(tls: nil, on: loop) { side in
                    meter.bytes += try await side.stream.read(atMost: 4096, by: TestLoops.soon).count
                    try await side.send(early)
                    while meter.bytes < 40 << 20 { meter.bytes += try await side.stream.read(by: TestLoops.soon).count }
                    try await side.send(early.contains("100") ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : "ok")
                    try await side.wait()
                }
                let client = Client(resolver: TestLoops.resolver, tls: try TLSContext.client(), limits: Limits())
                let outcome = await client.outcome(of: Self.large(.post, host))
                client.closeIdle()
                host.stop()
                return .success((outcome, meter.bytes))
            } catch {
                return .failure(error)
            }
        }.get()
        #expect(outcome == "200 ok")
        #expect(count > 40 << 20)
    }

    @Test func `a server that closes in the middle of a request may have got it`() async throws {
        let failure = try await TestLoops.withServer(on: TestLoops.heavy) { side in
            _ = try await side.stream.read(by: TestLoops.soon)
        } _: { host, client in
            await client.failure(of: Self.large(.post, host))
        }
        #expect(failure?.neverArrived == false)
        #expect([.sendFailed, .reset, .closedEarly].contains(failure?.reason))
    }

    @Test func `parcels are bounded, in order and complete`() {
        var body = Pieces()
        for size in [1, 300_000, 2, 3, 700_000] + Array(repeating: 5, count: 40) {
            body.append(Bytes(repeating: UInt8(truncatingIfNeeded: size), count: size)[...])
        }
        let head = Bytes("head".utf8)[...]
        let parcels = Array(WriteChunks(head, body))
        #expect(parcels.allSatisfy { $0.count <= 16 && $0.reduce(0) { $0 + $1.count } <= 256 * 1024 })
        #expect(parcels.joined().reduce(Bytes()) { $0 + $1 } == Bytes(head) + Bytes(body.joined()))
    }
}

import Net
import Testing
import Wire

struct StreamTests {
    @Test func `what is sent comes back`() async throws {
        let answer = await TestLoops.loop.run { loop in
            let listener = try! Listener(.loopback())
            try! loop.serve(listener, echo)
            let client = try! await Stream.connect(to: listener.address, by: TestLoops.soon)
            try! await client.write([Bytes("hel".utf8)[...], [], Bytes("lo".utf8)[...]])
            let answer = try! await collect(5, from: client)
            client.close()
            listener.stop()
            return answer
        }
        #expect(answer == Bytes("hello".utf8))
    }

    @Test func `64 connections on two loops at once`() async throws {
        let listener = try Listener(.loopback())
        for loop in TestLoops.loops {
            await loop.run { loop in try! loop.serve(listener, echo) }
        }
        let good = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    await TestLoops.loops[number % 2].run { _ in
                        let message = Bytes(repeating: UInt8(number), count: 1000 + number * 997)
                        guard let client = try? await Stream.connect(to: listener.address, by: TestLoops.soon) else { return false }
                        defer { client.close() }
                        for _ in 0..<5 {
                            guard (try? await client.write(message[...], by: TestLoops.soon)) != nil else { return false }
                            guard (try? await collect(message.count, from: client)) == message else { return false }
                        }
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        listener.stop()
        #expect(good == 64)
    }

    @Test func `a wait costs one step of the loop`() async {
        let steps = await Loop.start()[0].run { loop in
            let listener = try! Listener(.loopback())
            try! loop.serve(listener, echo)
            let client = try! await Stream.connect(to: listener.address)
            var before = 0
            for round in 0...100 {
                if round == 1 { before = loop.steps }
                try! await client.write([1])
                _ = try! await client.read()
            }
            let after = loop.steps
            client.close()
            listener.stop()
            return after - before
        }
        // Each round wakes the server once and the client once.
        #expect(steps == 200)
    }

    /// A connected pair on one loop: what `connect` gave and what the listener accepted.
    private func withPair<Value: Sendable>(
        _ body: @Sendable @escaping (_ client: Net.Stream, _ server: Net.Stream) async throws -> Value
    ) async throws -> Value {
        let result = await TestLoops.loop.run { loop -> Result<Value, any Error> in
            do {
                let listener = try Listener(.loopback())
                let queue = try listener.makeAcceptQueue()
                let client = try await Stream.connect(to: listener.address, by: TestLoops.soon)
                let server = await queue.next()!
                defer {
                    client.close()
                    server.close()
                    listener.stop()
                }
                return .success(try await body(client, server))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    @Test func `a slow reader holds the writer back, and loses nothing`() async throws {
        let sent = Bytes((0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 11) })
        let (early, received) = try await withPair { client, server in
            let finished = Promise<Void>()
            Loop.fork {
                try? await client.write([sent[..<10], sent[10..<10], sent[10..<5_000_000], sent[5_000_000...]], by: TestLoops.soon)
                client.shutdownWrite()
                finished.fulfil(())
            }
            await server.loop.sleep(for: .milliseconds(30))
            let early = finished.value != nil
            var received: Bytes = []
            while true {
                let piece = try await server.read(atMost: 100_000, by: TestLoops.soon)
                if piece.isEmpty { break }
                #expect(piece.count <= Stream.readSize)
                received += piece
                if received.count % 5 == 0 { await server.loop.sleep(for: .milliseconds(1)) }
            }
            return (early, received)
        }
        #expect(!early)
        #expect(received == sent)
    }

    @Test func `a read times out at its deadline, and the stream stays usable`() async throws {
        let (failed, late) = try await withPair { client, server in
            let failed = await failure { () throws(StreamError) in _ = try await client.read(by: .now + .milliseconds(20)) }
            try await server.write([7])
            return (failed, try await client.read(by: TestLoops.soon))
        }
        #expect(failed == .timedOut)
        #expect(Array(late) == [7])
    }

    @Test func `a write to a peer that never reads times out at its deadline`() async throws {
        let failed = try await withPair { client, _ in
            await failure { () throws(StreamError) in
                try await client.write(Bytes(repeating: 1, count: 30_000_000)[...], by: .now + .milliseconds(50))
            }
        }
        #expect(failed == .timedOut)
    }

    @Test func `an earlier deadline after a later one is kept`() async throws {
        let waits = try await withPair { client, server in
            try await server.write([1])
            _ = try await client.read(by: .now + .seconds(10))
            Loop.fork { _ = try? await client.read(by: .now + .milliseconds(20)) }
            let start = Instant.now
            await client.loop.sleep(for: .milliseconds(5))
            let failed = await failure { () throws(StreamError) in _ = try await server.read(by: .now + .milliseconds(30)) }
            return (failed, Instant.now - start)
        }
        #expect(waits.0 == .timedOut)
        #expect(waits.1 < .seconds(2))
    }

    @Test func `closing wakes the reader and the writer`() async throws {
        let failures = try await withPair { client, _ in
            let outcomes = Promise<[StreamError?]>()
            let read = Promise<StreamError?>()
            Loop.fork { read.fulfil(await failure { () throws(StreamError) in _ = try await client.read() }) }
            Loop.fork {
                let wrote = await failure { () throws(StreamError) in
                    try await client.write(Bytes(repeating: 0, count: 30_000_000)[...])
                }
                outcomes.fulfil([wrote, await read.value() ?? nil])
            }
            await client.loop.sleep(for: .milliseconds(20))
            client.close()
            return await outcomes.value(by: TestLoops.soon) ?? []
        }
        #expect(failures == [.closed, .closed])
    }

    @Test func `a half-closed peer still gets its answer`() async throws {
        let (request, answer) = try await withPair { client, server in
            try await client.write(Bytes("ask".utf8)[...])
            client.shutdownWrite()
            let request = try await collect(from: server)
            try await server.write(Bytes("answer".utf8)[...])
            server.close()
            return (request, try await collect(from: client))
        }
        #expect(request == Bytes("ask".utf8))
        #expect(answer == Bytes("answer".utf8))
    }

    @Test func `a hang-up is noticed while no task reads`() async throws {
        let (finished, gone) = try await withPair { client, server in
            let noticed = Promise<Bool>()
            server.onHangUp { noticed.fulfil(true) }
            #expect(!server.hasPeerFinished)
            client.close()
            let first = await noticed.value(by: TestLoops.soon) ?? false
            let again = Promise<Bool>()
            server.onHangUp { again.fulfil(true) }
            return (first && again.value == true && server.hasPeerFinished, server.isPeerGone)
        }
        #expect(finished)
        #expect(!gone)
    }

    @Test func `an aborted connection is reset, not ended`() async throws {
        let failed = try await withPair { client, server in
            server.abort()
            return await failure { () throws(StreamError) in _ = try await client.read(by: TestLoops.soon) }
        }
        #expect(failed == .reset)
    }

    @Test func `an answer survives unread input when the server lingers`() async throws {
        let answer = try await withPair { client, server in
            Loop.fork { try? await client.write(Bytes(repeating: 1, count: 3_000_000)[...], by: TestLoops.soon) }
            _ = try await server.read(atMost: 10, by: TestLoops.soon)
            try await server.write(Bytes("413".utf8)[...])
            Loop.fork { await server.linger(by: TestLoops.soon) }
            return try await collect(from: client)
        }
        #expect(answer == Bytes("413".utf8))
    }

    @Test func `a plain connection is quiet until bytes or the end come`() async throws {
        let quiet = try await withPair { client, server in
            var seen = [client.isQuiet()]
            try await server.write([1])
            try await client.waitUntilReadable(by: TestLoops.soon)
            seen.append(client.isQuiet())
            _ = try await client.read()
            seen.append(client.isQuiet())
            server.close()
            try await client.waitUntilReadable(by: TestLoops.soon)
            seen.append(client.isQuiet())
            client.close()
            seen.append(client.isQuiet())
            return seen
        }
        #expect(quiet == [true, false, true, false, false])
    }

    @Test func `connecting without a listener is refused`() async {
        let failed = await TestLoops.loop.run { _ -> StreamError? in
            let listener = try! Listener(.loopback())
            listener.stop()
            return await failure { () throws(StreamError) in _ = try await Stream.connect(to: listener.address, by: TestLoops.soon) }
        }
        #expect(failed == .refused)
    }

    @Test func `a fast pair does not keep the loop to itself`() async throws {
        let pauses = try await withPair { client, server in
            let done = Promise<Void>()
            Loop.fork {
                while let bytes = try? await server.read(by: TestLoops.soon), !bytes.isEmpty {}
                done.fulfil(())
            }
            Loop.fork {
                let piece = Bytes(repeating: 9, count: 64 * 1024)[...]
                for _ in 0..<2000 { try? await client.write(piece, by: TestLoops.soon) }
                client.shutdownWrite()
            }
            var turns = 0
            while done.value == nil {
                turns += 1
                await client.loop.sleep(for: .milliseconds(1))
            }
            return turns
        }
        #expect(pauses > 3)
    }

    @Test func `a forgotten stream closes itself`() async throws {
        let end = try await withPair { client, server in
            let address = server.local!
            var other: Net.Stream? = try await Stream.connect(to: address, by: TestLoops.soon)
            let before = await client.loop.openSockets
            other = nil
            _ = other
            return (before, await client.loop.openSockets)
        }
        #expect(end.1 == end.0 - 1)
    }
}

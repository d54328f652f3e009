import Net
import Testing
import Wire

struct WhenReadableTests {
    /// What a parked stream's action got: `nil` for bytes.
    private func outcome(
        by deadline: Instant, _ happen: @escaping @Sendable (_ client: Net.Stream, _ server: Net.Stream) async throws -> Void
    ) async -> [StreamError?] {
        await TestLoops.loop.run { loop in
            let listener = try! Listener(.loopback())
            let queue = try! listener.makeAcceptQueue()
            let client = try! await Stream.connect(to: listener.address, by: TestLoops.soon)
            let server = await queue.next()!
            var told: [StreamError?] = []
            let isParked = server.whenReadable(by: deadline) { told.append($0) }
            #expect(isParked && told.isEmpty)
            try! await happen(client, server)
            await loop.sleep(for: .milliseconds(100))
            client.close()
            server.close()
            listener.stop()
            return told
        }
    }

    @Test func `bytes, the deadline and a close each run the action once`() async {
        let byBytes = await outcome(by: TestLoops.soon) { client, server in
            try await client.write([1, 2, 3])
            await server.loop.sleep(for: .milliseconds(20))
            try await client.write([4])
        }
        #expect(byBytes == [nil])
        #expect(await outcome(by: .now + .milliseconds(20)) { _, _ in } == [.timedOut])
        #expect(await outcome(by: TestLoops.soon) { _, server in server.close() } == [.closed])
        #expect(await outcome(by: TestLoops.soon) { client, _ in client.close() } == [nil])
    }

    @Test func `a stream with something to read does not wait`() async {
        let answers = await TestLoops.loop.run { loop in
            let listener = try! Listener(.loopback())
            let queue = try! listener.makeAcceptQueue()
            let client = try! await Stream.connect(to: listener.address, by: TestLoops.soon)
            let server = await queue.next()!
            try! await client.write([1])
            try! await server.waitUntilReadable(by: TestLoops.soon)
            let isParked = server.whenReadable(by: TestLoops.soon) { _ in }
            let bytes = try! await server.read(by: TestLoops.soon)
            client.close()
            server.close()
            listener.stop()
            return (isParked, bytes.count)
        }
        #expect(answers == (false, 1))
    }
}

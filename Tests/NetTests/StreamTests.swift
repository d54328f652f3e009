import Net
import Testing
import Wire

struct StreamTests {
    @Test func `what is sent comes back`() async throws {
        let answer = await Bench.loop.run { loop in
            let listener = try! Listener(.loopback())
            try! loop.serve(listener, echo)
            let client = try! await Stream.connect(to: listener.address, by: Bench.soon)
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
        for loop in Bench.loops {
            await loop.run { loop in try! loop.serve(listener, echo) }
        }
        let good = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    await Bench.loops[number % 2].run { _ in
                        let message = Bytes(repeating: UInt8(number), count: 1000 + number * 997)
                        guard let client = try? await Stream.connect(to: listener.address, by: Bench.soon) else { return false }
                        defer { client.close() }
                        for _ in 0..<5 {
                            guard (try? await client.write(message[...], by: Bench.soon)) != nil else { return false }
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
}

import CLinux
import Glibc
import Net
import Testing
import Wire

struct ListenerTests {
    private static func path() -> String { "/tmp/genlock-net-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock" }

    private func roundTrip(_ listener: Listener) async -> Bytes? {
        await TestLoops.loop.run { loop in
            try? loop.serve(listener, echo)
            guard let client = try? await Stream.connect(to: listener.address, by: TestLoops.soon) else { return nil }
            defer { client.close() }
            try? await client.write(Bytes("x".utf8)[...])
            return try? await collect(1, from: client)
        }
    }

    @Test func `port 0 becomes a real port`() throws {
        let listener = try Listener(.loopback())
        #expect(try #require(listener.address.port) > 0)
    }

    @Test func `a second instance on the same port is refused`() throws {
        let listener = try Listener(.loopback())
        #expect(throws: StreamError.addressInUse) { try Listener(listener.address) }
        listener.stop()
        #expect(throws: Never.self) { try Listener(listener.address).stop() }
    }

    @Test func `IPv6 listens beside IPv4 on the same port`() async throws {
        let four = try Listener(Address("0.0.0.0:0")!)
        let address = try #require(Address("[::]:\(four.address.port!)"))
        var six: Listener?
        let failed = await failure { () throws(StreamError) in six = try Listener(address) }
        // A machine without IPv6 cannot show this.
        #expect(failed == nil || failed?.kind == "system")
        #expect(six == nil || six?.address == address)
        four.stop()
        six?.stop()
    }

    @Test func `a Unix socket serves, and goes with its listener`() async throws {
        let path = Self.path()
        let listener = try Listener(.unix(path))
        #expect(await roundTrip(listener) == Bytes("x".utf8))
        #expect(throws: StreamError.addressInUse) { try Listener(.unix(path)) }
        listener.stop()
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a socket file that a dead process left is replaced`() async throws {
        let path = Self.path()
        let dead = linux_socket(1)
        var raw = linux_address()
        raw.family = 1
        withUnsafeMutableBytes(of: &raw.path) { $0.copyBytes(from: path.utf8) }
        #expect(linux_bind(dead, &raw, 1) == 0)
        #expect(linux_listen(dead, 1) == 0)
        _ = linux_close(dead)
        let listener = try Listener(.unix(path))
        #expect(await roundTrip(listener) == Bytes("x".utf8))
        listener.stop()
    }

    @Test func `a file that is not a socket is not touched`() throws {
        let path = Self.path()
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        close(file)
        #expect(throws: StreamError.addressInUse) { try Listener(.unix(path)) }
        #expect(access(path, F_OK) == 0)
        unlink(path)
    }

    @Test func `a listening descriptor from outside is adopted`() async throws {
        let descriptor = linux_socket(4)
        var raw = linux_address()
        (raw.family, raw.v4) = (4, 0x7F00_0001)
        #expect(linux_bind(descriptor, &raw, 1) == 0)
        #expect(linux_listen(descriptor, 5) == 0)
        let listener = try Listener(adopting: descriptor)
        #expect(await roundTrip(listener) == Bytes("x".utf8))
        listener.stop()
    }

    @Test func `stopping ends every queue and refuses new connections`() async throws {
        let listener = try Listener(.loopback())
        let first = await TestLoops.loops[0].run { _ in try! listener.makeAcceptQueue() }
        let second = await TestLoops.loops[1].run { _ in try! listener.makeAcceptQueue() }
        let ends = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await TestLoops.loops[0].run { _ in await first.next() == nil } }
            group.addTask { await TestLoops.loops[1].run { _ in await second.next() == nil } }
            listener.stop()
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(ends == 2)
        let failed = await TestLoops.loop.run { _ in
            await failure { () throws(StreamError) in _ = try await Stream.connect(to: listener.address, by: TestLoops.soon) }
        }
        #expect(failed == .refused)
    }

    @Test func `connections are dealt out evenly`() async throws {
        let listener = try Listener(.loopback())
        let queues = await [
            TestLoops.loops[0].run { _ in try! listener.makeAcceptQueue() },
            TestLoops.loops[1].run { _ in try! listener.makeAcceptQueue() },
        ]
        await TestLoops.loop.run { _ in
            for _ in 0..<10 { try! await Stream.connect(to: listener.address).close() }
        }
        for (loop, queue) in zip(TestLoops.loops, queues) {
            let count = await loop.run { _ in
                var count = 0
                while count < 5, let stream = await queue.next() {
                    count += 1
                    stream.close()
                }
                return count
            }
            #expect(count == 5)
        }
        listener.stop()
    }
}

import CLinux
import Glibc
import Testing
import Wire

@testable import Net

/// Listeners beside which others listen.
struct SharedPortTests {
    @Test func `a port is shared only by those who all want to`() throws {
        let alone = try Listener(.loopback())
        #expect(throws: StreamError.addressInUse) { try Listener(alone.address) }
        #expect(throws: StreamError.addressInUse) { try Listener(alone.address, sharesPort: true) }
        let one = try Listener(.loopback(), sharesPort: true)
        let two = try Listener(one.address, sharesPort: true)
        #expect(two.address == one.address)
        #expect(throws: StreamError.addressInUse) { try Listener(one.address) }
        for listener in [alone, one, two] { listener.stop() }
    }

    @Test func `what waits at a passed socket is left to its other holder`() async throws {
        let passed = linux_socket(4)
        var raw = Address.loopback().raw
        #expect(linux_bind(passed, &raw, 1) == 0 && linux_listen(passed, 16) == 0)
        _ = linux_local(passed, &raw)
        let address = try #require(Address(raw))
        let second = dup(passed)
        let outcome = await TestLoops.loop.run { loop -> [Bool] in
            let listener = try! Listener(adopting: passed)
            let queue = try! listener.makeAcceptQueue()
            let first = try? await Stream.connect(to: address, by: TestLoops.soon)
            let accepted = await queue.next()
            listener.stop()
            await loop.sleep(for: .milliseconds(50))
            let waiting = try? await Stream.connect(to: address, by: TestLoops.soon)
            let heir = try! Listener(adopting: second)
            let heard = await (try! heir.makeAcceptQueue()).next()
            defer { heir.stop() }
            return [listener.address == address, first != nil, accepted != nil, waiting != nil, heard != nil]
        }
        #expect(outcome == [true, true, true, true, true])
    }

    @Test func `a socket that does not listen is refused`() {
        let descriptor = linux_socket(4)
        #expect(throws: StreamError.self) { try Listener(adopting: descriptor) }
        _ = linux_close(descriptor)
    }
}

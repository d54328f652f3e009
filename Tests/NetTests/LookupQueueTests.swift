import Testing

@testable import Net

struct LookupQueueTests {
    private static func queue() -> LookupQueue<String> {
        LookupQueue(LookupBounds(running: 3, runningPerOwner: 2, waiting: 6, waitingPerOwner: 4))
    }

    @Test func `an owner has no more than its share, and the others what is left`() {
        var queue = Self.queue()
        let alice = (0..<7).map { queue.add("a\($0)", of: "alice") }
        #expect(alice == [.run, .run, .wait, .wait, .wait, .wait, .reject])
        #expect(queue.add("b0", of: "bob") == .run)
        #expect(queue.add("b1", of: "bob") == .wait)
        #expect(queue.add("c0", of: "carol") == .wait)
        #expect(queue.add("c1", of: "carol") == .reject)
    }

    @Test func `waiting owners take turns, and an owner at its limit is skipped`() {
        var queue = Self.queue()
        for number in 0..<5 { _ = queue.add("a\(number)", of: "alice") }
        for number in 0..<3 { _ = queue.add("b\(number)", of: "bob") }
        #expect(queue.finish(of: "bob") == "b1")  // Alice has two already.
        #expect(queue.finish(of: "alice") == "a2")
        #expect(queue.finish(of: "bob") == "b2")
        #expect(queue.finish(of: "bob") == nil)  // Alice has two again, and no one else waits.
        #expect(queue.finish(of: "alice") == "a3")
        #expect(queue.finish(of: "alice") == "a4")
        #expect(queue.finish(of: "alice") == nil && queue.finish(of: "alice") == nil)
        #expect(queue.add("c", of: "carol") == .run)
    }
}

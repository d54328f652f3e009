import CLinux
import Net
import Synchronization
import Testing
import Wire

struct LoopTests {
    @Test func `a task and its siblings stay on their loop's thread`() async {
        let threads = await TestLoops.loop.run { loop -> Set<Int32> in
            var seen: Set = [linux_thread_id()]
            let done = Promise<Int32>()
            Loop.fork {
                await loop.sleep(for: .milliseconds(1))
                await Task.yield()
                done.fulfil(linux_thread_id())
            }
            seen.insert(await done.value(by: TestLoops.soon) ?? 0)
            seen.insert(linux_thread_id())
            async let child = linux_thread_id()
            seen.insert(await child)
            return seen
        }
        #expect(threads.count == 1)
        #expect(!threads.contains(linux_thread_id()))
    }

    @Test func `a worker runs off the loop and comes back to it`() async {
        let worker = Worker("test-worker")
        let (before, there, after, again) = await TestLoops.loop.run { _ in
            let before = linux_thread_id()
            let there = await worker.run { linux_thread_id() }
            let after = linux_thread_id()
            return (before, there, after, await worker.run { linux_thread_id() })
        }
        #expect(before == after)
        #expect(there != before)
        #expect(there == again)
    }

    @Test func `the loop runs while a worker blocks`() async {
        let worker = Worker("test-worker")
        let ticks = await Loop.start()[0].run { loop in
            let done = Promise<Void>()
            Loop.fork {
                await worker.run { block(200) }
                done.fulfil(())
            }
            var ticks = 0
            while done.value == nil {
                await loop.sleep(for: .milliseconds(2))
                ticks += 1
            }
            return ticks
        }
        #expect(ticks > 5)
    }

    @Test func `a worker's failure reaches the caller with its type`() async {
        let worker = Worker("test-worker")
        await #expect(throws: StreamError.refused) {
            try await worker.run { () throws(StreamError) in throw .refused }
        }
    }

    @Test func `timers run in the order of their times, then of their making`() async {
        let order = await TestLoops.loop.run { loop -> [Int] in
            var order: [Int] = []
            let done = Promise<Void>()
            for (number, delay) in [30, 10, 20, 10, 0].enumerated() {
                loop.after(.milliseconds(delay)) { order.append(number) }
            }
            loop.after(.milliseconds(15)) { order.append(99) }.cancel()
            loop.after(.milliseconds(31)) { done.fulfil(()) }
            _ = await done.value(by: TestLoops.soon)
            return order
        }
        #expect(order == [4, 1, 3, 2, 0])
    }

    @Test func `a sleep is never short`() async {
        let times = await TestLoops.loop.run { loop in
            let start = Instant.now
            await loop.sleep(for: .milliseconds(15))
            return Instant.now - start
        }
        #expect(times >= .milliseconds(15))
    }

    @Test func `thousands of tasks cross between two loops`() async {
        let total = await withTaskGroup(of: Int.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    await TestLoops.loops[number % 2].run { _ in
                        await TestLoops.loops[(number + 1) % 2].run { _ in number }
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(total == 1999 * 1000)
    }

    @Test func `a confined value is opened and released on its loop`() async {
        final class Probe {
            let fate: Confined<Promise<Int32>>
            init(_ fate: Confined<Promise<Int32>>) { self.fate = fate }
            deinit { fate.open().fulfil(linux_thread_id()) }
        }
        for _ in 0..<500 {
            let (home, end) = await TestLoops.loop.run { loop in
                let promise = Promise<Int32>()
                var box: Confined<Probe>? = Confined(Probe(Confined(promise)))
                let travelling = Mutex(box)
                box = nil
                await TestLoops.loops[1].run { _ in travelling.withLock { $0 = nil } }
                return (linux_thread_id(), await promise.value(by: TestLoops.soon))
            }
            #expect(home == end)
        }
    }

    @Test func `a promise gives its first value to all who wait`() async {
        let (values, late, nothing) = await TestLoops.loop.run { loop in
            let promise = Promise<Int>()
            let all = Promise<[Int?]>()
            var seen: [Int?] = []
            for deadline in [Instant.never, TestLoops.soon] {
                Loop.fork {
                    seen.append(await promise.value(by: deadline))
                    if seen.count == 2 { all.fulfil(seen) }
                }
            }
            let nothing = await promise.value(by: .now + .milliseconds(5))
            promise.fulfil(1)
            promise.fulfil(2)
            return (await all.value(by: TestLoops.soon) ?? [], await promise.value(), nothing)
        }
        #expect(values == [1, 1])
        #expect(late == 1)
        #expect(nothing == nil)
    }

    @Test func `closing all wakes every waiter and leaves no socket`() async {
        let loop = Loop.start()[0]
        let (ended, open) = await loop.run { loop in
            let listener = try! Listener(.loopback())
            let queue = try! listener.makeAcceptQueue()
            let ended = Promise<Int>()
            var count = 0
            for _ in 0..<50 {
                let client = try! await Stream.connect(to: listener.address)
                let server = await queue.next()!
                for stream in [client, server] {
                    Loop.fork {
                        _ = await failure { () throws(StreamError) in _ = try await stream.read() }
                        count += 1
                        if count == 100 { ended.fulfil(count) }
                    }
                }
            }
            await Task.yield()
            listener.stop()
            loop.closeAll()
            return (await ended.value(by: TestLoops.soon), loop.openSockets)
        }
        #expect(ended == 100)
        #expect(open == 0)
    }

    @Test func `signals arrive one by one`() async {
        let seen = await TestLoops.loop.run { loop in
            let signals = try! Signals([10, 12])
            send(12)
            let first = await signals.next()
            Loop.fork {
                await loop.sleep(for: .milliseconds(5))
                send(10)
            }
            let second = await signals.next()
            signals.close()
            return [first, second, await signals.next()]
        }
        #expect(seen == [12, 10, nil])
    }
}

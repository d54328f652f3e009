import Crypto
import Synchronization
import Testing
import Wire

@Suite struct `Pooled randomness` {
    /// Counts how often it is asked, and gives bytes that are never the same in one place.
    private final class Counter: Sendable {
        let asked = Mutex<[Int]>([])

        var source: RandomSource {
            RandomSource { count in
                self.asked.withLock { $0.append(count) }
                return RandomSource.system.bytes(count)
            }
        }
    }

    @Test func `is fetched many draws at a time, and no draw is like another`() {
        let counter = Counter()
        let pooled = RandomSource.pooled(counter.source)
        let draws = (0..<1000).map { _ in pooled.bytes(24) }
        #expect(Set(draws).count == 1000 && draws.allSatisfy { $0.count == 24 })
        #expect(counter.asked.withLock { $0.count } <= 6)
    }

    @Test func `never gives a byte twice`() {
        let next = Mutex(UInt8(0))
        let counting = RandomSource { count in
            next.withLock { next in
                (0..<count).map { _ in
                    next &+= 1
                    return next
                }
            }
        }
        let pooled = RandomSource.pooled(counting)
        // 4096 bytes are 16 rounds of 256: each value stands 16 times in what is drawn, neither more nor less.
        var seen = [Int](repeating: 0, count: 256)
        for _ in 0..<256 { for byte in pooled.bytes(16) { seen[Int(byte)] += 1 } }
        #expect(seen == [Int](repeating: 16, count: 256))
    }

    @Test func `a large draw goes to the source`() {
        let counter = Counter()
        let pooled = RandomSource.pooled(counter.source)
        #expect(pooled.bytes(100_000).count == 100_000 && pooled.bytes(0).isEmpty)
        #expect(counter.asked.withLock { $0.first } == 100_000)
    }
}

@testable import Routing
import Testing
import Wire

struct BucketTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func `as many go at once as the rate allows, then one each time its share of the span has passed`() {
        var bucket = Bucket(count: 3, per: .seconds(60))
        for _ in 0..<3 {
            #expect(bucket.wait(now: Self.at(0)) == .zero)
            bucket.take(now: Self.at(0))
        }
        #expect(bucket.wait(now: Self.at(0)) == .seconds(20))
        #expect(bucket.wait(now: Self.at(19_000)) == .seconds(1))
        #expect(bucket.wait(now: Self.at(20_000)) == .zero)
        bucket.take(now: Self.at(20_000))
        #expect(bucket.wait(now: Self.at(20_000)) == .seconds(20))
    }

    @Test func `a quiet time fills it, and no more than once`() {
        var bucket = Bucket(count: 2, per: .seconds(10))
        for start in [Int64(0), 100_000] {
            for _ in 0..<2 { bucket.take(now: Self.at(start)) }
            #expect(bucket.wait(now: Self.at(start)) == .seconds(5))
        }
    }

    @Test func `in no span do more than twice the count go, whatever the times`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var bucket = Bucket(count: 5, per: .seconds(1))
            var now: Int64 = 0
            var gone: [Int64] = []
            for _ in 0..<200 {
                now += Int64.random(in: 0..<120, using: &random)
                if bucket.wait(now: Self.at(now)) == .zero {
                    bucket.take(now: Self.at(now))
                    gone.append(now)
                }
            }
            for (place, first) in gone.enumerated() {
                let count = gone[place...].prefix { $0 < first + 1000 }.count
                #expect(count <= 10)
            }
            #expect(gone.count >= min(Int(now) * 5 / 1000, 5))
        }
    }

    @Test func `a clock that was set back shuts it for no longer than one step`() {
        var bucket = Bucket(count: 4, per: .seconds(8))
        bucket.take(now: Self.at(1_000_000_000))
        #expect(bucket.wait(now: Self.at(0)) == .seconds(2))
        bucket.take(now: Self.at(2000))
        #expect(bucket.wait(now: Self.at(2000)) <= .seconds(4))
    }
}

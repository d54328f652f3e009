import Testing
import Wire

@testable import Routing

struct RateLimiterTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func `as many go at once as the rate allows, then one each time its share of the span has passed`() {
        var limiter = RateLimiter(count: 3, per: .seconds(60))
        for _ in 0..<3 {
            #expect(limiter.wait(now: Self.at(0)) == .zero)
            limiter.consume(now: Self.at(0))
        }
        #expect(limiter.wait(now: Self.at(0)) == .seconds(20))
        #expect(limiter.wait(now: Self.at(19_000)) == .seconds(1))
        #expect(limiter.wait(now: Self.at(20_000)) == .zero)
        limiter.consume(now: Self.at(20_000))
        #expect(limiter.wait(now: Self.at(20_000)) == .seconds(20))
    }

    @Test func `a quiet time fills it, and no more than once`() {
        var limiter = RateLimiter(count: 2, per: .seconds(10))
        for start in [Int64(0), 100_000] {
            for _ in 0..<2 { limiter.consume(now: Self.at(start)) }
            #expect(limiter.wait(now: Self.at(start)) == .seconds(5))
        }
    }

    @Test func `in no span do more than twice the count go, whatever the times`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var limiter = RateLimiter(count: 5, per: .seconds(1))
            var now: Int64 = 0
            var gone: [Int64] = []
            for _ in 0..<200 {
                now += Int64.random(in: 0..<120, using: &random)
                if limiter.wait(now: Self.at(now)) == .zero {
                    limiter.consume(now: Self.at(now))
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
        var limiter = RateLimiter(count: 4, per: .seconds(8))
        limiter.consume(now: Self.at(1_000_000_000))
        #expect(limiter.wait(now: Self.at(0)) == .seconds(2))
        limiter.consume(now: Self.at(2000))
        #expect(limiter.wait(now: Self.at(2000)) <= .seconds(4))
    }
}

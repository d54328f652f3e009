import Net
import Testing
import Wire

@testable import Access
@testable import Gateway

struct LogRateLimiterTests {
    private static let start = Instant(nanoseconds: 1_795_262_400_000_000_000)

    private static func limits(_ all: Int, _ one: Int) -> Limits {
        var limits = Limits()
        (limits.rejectionLogRate, limits.rejectionLogRatePerAddress) = (all, one)
        return limits
    }

    private static func written(_ limiter: inout LogRateLimiter, _ peers: [String], at now: Instant = start, within limits: Limits) -> Int {
        peers.count { limiter.decide(on: Address($0)!, at: now, limits) == .write }
    }

    @Test func `lines are limited per second, in total and per address`() {
        var limiter = LogRateLimiter()
        let limits = Self.limits(5, 2)
        #expect(Self.written(&limiter, ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"], within: limits) == 2)
        // One network of IPv6 is one address.
        #expect(Self.written(&limiter, ["[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::3]:1"], within: limits) == 2)
        #expect(Self.written(&limiter, ["10.0.0.2:1", "10.0.0.3:1"], within: limits) == 1)
        #expect(limiter.takeSuppressedCount() == 3)
        #expect(Self.written(&limiter, ["10.0.0.1:1"], at: Self.start + .seconds(1), within: limits) == 1)
        #expect(limiter.takeSuppressedCount() == 0)
    }

    @Test func `loopback addresses are limited only by the total`() {
        var limiter = LogRateLimiter()
        #expect(Self.written(&limiter, Array(repeating: "127.0.0.1:1", count: 9), within: Self.limits(5, 1)) == 5)
    }

    @Test func `only the first suppressed line starts a report of the count`() {
        var limiter = LogRateLimiter()
        let verdicts = (0..<4).map { _ in limiter.decide(on: .loopback(), at: Self.start, Self.limits(1, 1)) }
        #expect(verdicts == [.write, .suppressFirst, .suppress, .suppress])
        #expect(limiter.takeSuppressedCount() == 3)
        #expect(limiter.decide(on: .loopback(), at: Self.start, Self.limits(1, 1)) == .suppressFirst)
        #expect(limiter.decide(on: .loopback(), at: Self.start + .seconds(1), Self.limits(0, 0)) == .suppress)
    }
}

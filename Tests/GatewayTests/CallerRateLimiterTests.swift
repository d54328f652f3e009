import Configuration
import Jobs
import Seal
import Testing
import Wire

@testable import Access
@testable import Gateway

struct CallerRateLimiterTests {
    private let now = Instant(nanoseconds: 0)

    private func wait(_ limiter: CallerRateLimiter, _ name: String, rate: String?, after seconds: Int64 = 0) -> Duration? {
        var caller = Caller(Owner(name: name))
        caller.rate = rate.flatMap { Rate($0) }
        do {
            try limiter.take(for: caller, now: now + .seconds(seconds))
            return nil
        } catch {
            #expect(error.kind == .rateLimited && error.sent == .no)
            return error.retryAfter
        }
    }

    @Test func `each key has its own rate, and a create above it gets a retry time`() {
        let limiter = CallerRateLimiter()
        #expect(wait(limiter, "a", rate: "2/min") == nil && wait(limiter, "a", rate: "2/min") == nil)
        #expect(wait(limiter, "a", rate: "2/min") == .seconds(30))
        #expect(wait(limiter, "b", rate: "2/min") == nil)
        #expect(wait(limiter, "a", rate: "2/min", after: 29) == .seconds(1))
        #expect(wait(limiter, "a", rate: "2/min", after: 30) == nil)
    }

    @Test func `a key without a rate is never refused, and a changed rate starts with a full allowance`() {
        let limiter = CallerRateLimiter()
        for _ in 0..<1000 { #expect(wait(limiter, "a", rate: nil) == nil) }
        #expect(wait(limiter, "a", rate: "1/h") == nil && wait(limiter, "a", rate: "1/h") == .seconds(3600))
        #expect(wait(limiter, "a", rate: "2/h") == nil)
    }
}

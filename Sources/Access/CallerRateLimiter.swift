import Configuration
import Jobs
import Routing
import Seal
import Synchronization
import Wire

/// Limits the rate of creates per key. Shared by all loops.
package final class CallerRateLimiter: Sendable {
    private let limiters = Mutex<[Owner: (rate: Rate, limiter: RateLimiter)]>([:])

    package init() {}

    /// Consumes one create.
    /// - Throws: `.rateLimited` with the time until the next create is allowed.
    package func take(for caller: Caller, now: Instant) throws(Fault) {
        guard let rate = caller.rate else { return }
        let wait = limiters.withLock { limiters in
            var limiter = RateLimiter(count: rate.count, per: rate.interval)
            if let known = limiters[caller.owner], known.rate == rate { limiter = known.limiter }
            let wait = limiter.wait(now: now)
            if wait == .zero { limiter.consume(now: now) }
            limiters[caller.owner] = (rate, limiter)
            return wait
        }
        guard wait > .zero else { return }
        throw Fault(
            .rateLimited, "This API key may create \(rate) jobs. Requests about existing jobs do not count.", retryAfter: wait, sent: .no)
    }
}

import Configuration
import Jobs
import Routing
import Seal
import Synchronization
import Wire

/// How often each key may create, shared by all loops.
final class Rates: Sendable {
    private let buckets = Mutex<[Owner: (rate: Rate, bucket: Bucket)]>([:])

    /// Takes one create.
    /// - Throws: `.rateLimited` with the time after which there is one again.
    func take(for caller: Caller, now: Instant) throws(Fault) {
        guard let rate = caller.rate else { return }
        let wait = buckets.withLock { buckets in
            var bucket = Bucket(count: rate.count, per: rate.span)
            if let known = buckets[caller.owner], known.rate == rate { bucket = known.bucket }
            let wait = bucket.wait(now: now)
            if wait == .zero { bucket.take(now: now) }
            buckets[caller.owner] = (rate, bucket)
            return wait
        }
        guard wait > .zero else { return }
        throw Fault(
            .rateLimited, "This API key may create \(rate) jobs. Questions about jobs are not counted.", retryAfter: wait, sent: .no)
    }
}

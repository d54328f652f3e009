import Jobs
import Seal
import Synchronization
import Wire

/// Asking about several jobs of an account in one call.
extension Watch {
    /// A job that is asked about together with another: it flies as if it had been let out by `enter`, and must be landed or released.
    struct Rider: Sendable {
        let id: String
        let claims: Claims
    }

    /// Says that the job may ride along when others of its account are asked about.
    func board(_ id: String, _ claims: Claims) {
        riders.withLock { table in
            // Whoever is forgotten is asked about alone once, and boards again.
            if table[claims.account, default: [:]].count >= capacity { table[claims.account] = [:] }
            table[claims.account, default: [:]][id] = claims
        }
    }

    /// The account's other jobs that somebody wanted to know of within the last two intervals, that have not ended, and that were not asked
    /// about for half an interval; those for the longest come first.
    func riders(beside id: String, on account: String, now: Instant, interval: Duration, most: Int) -> [Rider] {
        guard let waiting = riders.withLock({ $0[account] }), most > 0 else { return [] }
        var gone: [String] = []
        let found = records.withLock { records in
            var candidates: [(learnt: Instant, rider: Rider)] = []
            for (other, claims) in waiting where other != id {
                guard let record = records[other], record.sight?.ended == nil,
                    records.bells[other] != nil || now - record.touched <= interval * 2
                else {
                    gone.append(other)
                    continue
                }
                guard !record.isFlying, let learnt = record.sight?.learnt, now - learnt >= interval / 2 else { continue }
                candidates.append((learnt, Rider(id: other, claims: claims)))
            }
            let chosen = candidates.sorted { $0.learnt < $1.learnt }.prefix(most).map(\.rider)
            for rider in chosen { records[rider.id]?.isFlying = true }
            return chosen
        }
        if !gone.isEmpty { riders.withLock { table in for id in gone { table[account]?[id] = nil } } }
        return found
    }

    /// Nothing was learnt of a job that rode along: whoever waits asks for itself.
    func release(_ id: String) {
        let waiters = records.withLock { records in
            let waiters = records[id]?.waiters ?? []
            records[id]?.waiters = []
            records[id]?.isFlying = false
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }
}

import Jobs
import Seal
import Synchronization
import Wire

/// Asking about several jobs of an account in one call.
extension JobStatusCache {
    /// A job that is asked about together with another: it flies as if it had been let out by `enter`, and must be landed or released.
    package struct BatchCandidate: Sendable {
        package let id: String
        package let claims: Claims
    }

    /// Says that the job may ride along when others of its account are asked about.
    package func registerForBatch(_ id: String, _ claims: Claims) {
        batchableJobs.withLock { table in
            // Whoever is forgotten is asked about alone once, and boards again.
            if table[claims.account, default: [:]].count >= capacity { table[claims.account] = [:] }
            table[claims.account, default: [:]][id] = claims
        }
    }

    /// The account's other jobs that somebody wanted to know of within the last two intervals, that have not ended, and that were not asked
    /// about for half an interval; those for the longest come first.
    package func claimBatch(beside id: String, on account: String, now: Instant, interval: Duration, limit: Int) -> [BatchCandidate] {
        guard let waiting = batchableJobs.withLock({ $0[account] }), limit > 0 else { return [] }
        var gone: [String] = []
        let found = statuses.withLock { statuses in
            var candidates: [(learnt: Instant, batched: BatchCandidate)] = []
            for (other, claims) in waiting where other != id {
                guard let record = statuses[other], record.snapshot?.ended == nil,
                    statuses.subscribers[other] != nil || now - record.lastAccess <= interval * 2
                else {
                    gone.append(other)
                    continue
                }
                guard !record.isPolling, let learnt = record.snapshot?.learnt, now - learnt >= interval / 2 else { continue }
                candidates.append((learnt, BatchCandidate(id: other, claims: claims)))
            }
            let chosen = candidates.sorted { $0.learnt < $1.learnt }.prefix(limit).map(\.batched)
            for batched in chosen { statuses[batched.id]?.isPolling = true }
            return chosen
        }
        if !gone.isEmpty { batchableJobs.withLock { table in for id in gone { table[account]?[id] = nil } } }
        return found
    }

    /// Nothing was learnt of a job that rode along: whoever waits asks for itself.
    package func release(_ id: String) {
        let waiters = statuses.withLock { statuses in
            let waiters = statuses[id]?.waiters ?? []
            statuses[id]?.waiters = []
            statuses[id]?.isPolling = false
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }
}

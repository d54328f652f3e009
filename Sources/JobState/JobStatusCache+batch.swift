import Jobs
import Seal
import Synchronization
import Wire

/// Polling several jobs of an account in one call.
extension JobStatusCache {
    /// A job that is polled together with another. It counts as being polled, as after `acquire`, and needs `complete` or `release`.
    package struct BatchCandidate: Sendable {
        package let id: String
        package let claims: Claims
    }

    /// Allows the job to be polled together with others of its account.
    package func registerForBatch(_ id: String, _ claims: Claims) {
        let key = JobKey(id)
        batchableJobs.withLock { table in
            // A dropped job is polled alone once, and then registers again.
            if table[claims.account, default: [:]].count >= capacity { table[claims.account] = [:] }
            table[claims.account, default: [:]][key] = claims
        }
    }

    /// The account's other unfinished jobs that were asked about recently or that a client waits for, and whose status is at least half an
    /// interval old. The oldest status comes first.
    /// - Parameter interest: how long after the last request a job is polled with others; nil for two intervals.
    package func claimBatch(
        beside id: String, on account: String, now: Instant, interval: Duration, interest: Duration? = nil, limit: Int
    ) -> [BatchCandidate] {
        let interest = interest ?? interval * 2
        let polled = JobKey(id)
        guard let waiting = batchableJobs.withLock({ $0[account] }), limit > 0 else { return [] }
        var gone: [JobKey] = []
        let found = statuses.withLock { statuses in
            var candidates: [(learnt: Instant, key: JobKey, claims: Claims)] = []
            for (other, claims) in waiting where other != polled {
                guard let record = statuses[other], record.snapshot?.ended == nil,
                    statuses.subscribers[other] != nil || now - record.lastAccess <= interest
                else {
                    gone.append(other)
                    continue
                }
                guard !record.isPolling, let learnt = record.snapshot?.learnt, now - learnt >= interval / 2 else { continue }
                candidates.append((learnt, other, claims))
            }
            let chosen = candidates.sorted { $0.learnt < $1.learnt }.prefix(limit)
            for candidate in chosen { statuses[candidate.key]?.isPolling = true }
            return chosen.map { BatchCandidate(id: $0.key.id, claims: $0.claims) }
        }
        if !gone.isEmpty { batchableJobs.withLock { table in for key in gone { table[account]?[key] = nil } } }
        return found
    }

    /// The batch reply had no status for the job: each waiting request polls it itself.
    package func release(_ id: String) {
        let key = JobKey(id)
        let waiters = statuses.withLock { statuses in
            let waiters = statuses[key]?.waiters ?? []
            statuses[key]?.waiters = []
            statuses[key]?.isPolling = false
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }
}

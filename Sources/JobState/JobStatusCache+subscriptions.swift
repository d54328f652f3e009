import Jobs
import Synchronization
import Wire

/// Waiting for a job to change, without repeated requests.
extension JobStatusCache {
    /// Calls `notifier` once when a newer status than `knownSnapshot` is known.
    /// - Returns: a number for `unsubscribe`; nil if a newer status is already known, the job has ended, or the program is shutting down.
    package func subscribe(_ notifier: @escaping @Sendable () -> Void, for id: String, since knownSnapshot: StatusSnapshot) -> Int? {
        let key = JobKey(id)
        let number = subscriberCount.add(1, ordering: .relaxed).newValue
        return statuses.withLock { statuses in
            guard !isClosing.load(ordering: .acquiring), let known = statuses[key]?.snapshot, known.version == knownSnapshot.version,
                known.ended == nil
            else { return nil }
            statuses.subscribers[key, default: [:]][number] = notifier
            return number
        }
    }

    package func unsubscribe(_ number: Int, for id: String) {
        let key = JobKey(id)
        statuses.withLock { statuses in
            statuses.subscribers[key]?[number] = nil
            if statuses.subscribers[key]?.isEmpty == true { statuses.subscribers[key] = nil }
        }
    }

    /// Wakes all requests that wait for this job.
    package func notify(_ id: String) { notify(JobKey(id)) }

    private func notify(_ key: JobKey) {
        for notifier in (statuses.withLock { $0.subscribers.removeValue(forKey: key) } ?? [:]).values { notifier() }
    }

    /// Ends all waits and refuses new ones: the program is shutting down.
    package func close() {
        isClosing.store(true, ordering: .releasing)
        for key in statuses.withLock({ Array($0.subscribers.keys) }) { notify(key) }
    }

    /// Whether the caller must start to poll the job, at the delays that `nextPollDelay` returns.
    package func shouldStartPolling(_ id: String) -> Bool {
        let key = JobKey(id)
        return statuses.withLock { $0.subscribers[key] != nil && $0.polledJobs.insert(key).inserted }
    }

    /// The delay until the next poll; nil if no request waits for the job, which ends the polling.
    package func nextPollDelay(_ id: String, now: Instant, interval: Duration) -> Duration? {
        let key = JobKey(id)
        return statuses.withLock { statuses in
            guard let record = statuses[key], let snapshot = record.snapshot, statuses.subscribers[key] != nil, snapshot.ended == nil else {
                statuses.polledJobs.remove(key)
                return nil
            }
            let lastPoll = max(snapshot.learnt, record.lastPollFailure ?? snapshot.learnt)
            return max(interval + (lastPoll - now), JobStatusCache.minPollDelay)
        }
    }

    /// The minimum delay between attempts while a vendor cannot be reached.
    private static let minPollDelay: Duration = .milliseconds(100)
}

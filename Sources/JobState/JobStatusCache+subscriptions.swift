import Jobs
import Synchronization
import Wire

/// Waiting for a job to change, without repeated requests.
extension JobStatusCache {
    /// Calls `notifier` once when a newer status than `knownSnapshot` is known.
    /// - Returns: a number for `unsubscribe`; nil if a newer status is already known, the job has ended, or the program is shutting down.
    package func subscribe(_ notifier: @escaping @Sendable () -> Void, for id: String, since knownSnapshot: StatusSnapshot) -> Int? {
        let number = subscriberCount.add(1, ordering: .relaxed).newValue
        return statuses.withLock { statuses in
            guard !isClosing.load(ordering: .acquiring), let known = statuses[id]?.snapshot, known.version == knownSnapshot.version,
                known.ended == nil
            else { return nil }
            statuses.subscribers[id, default: [:]][number] = notifier
            return number
        }
    }

    package func unsubscribe(_ number: Int, for id: String) {
        statuses.withLock { statuses in
            statuses.subscribers[id]?[number] = nil
            if statuses.subscribers[id]?.isEmpty == true { statuses.subscribers[id] = nil }
        }
    }

    /// Wakes all requests that wait for this job.
    package func notify(_ id: String) {
        for notifier in (statuses.withLock { $0.subscribers.removeValue(forKey: id) } ?? [:]).values { notifier() }
    }

    /// Ends all waits and refuses new ones: the program is shutting down.
    package func close() {
        isClosing.store(true, ordering: .releasing)
        for id in statuses.withLock({ Array($0.subscribers.keys) }) { notify(id) }
    }

    /// Whether the caller must start to poll the job, at the delays that `nextPollDelay` returns.
    package func shouldStartPolling(_ id: String) -> Bool {
        statuses.withLock { $0.subscribers[id] != nil && $0.polledJobs.insert(id).inserted }
    }

    /// The delay until the next poll; nil if no request waits for the job, which ends the polling.
    package func nextPollDelay(_ id: String, now: Instant, interval: Duration) -> Duration? {
        statuses.withLock { statuses in
            guard let record = statuses[id], let snapshot = record.snapshot, statuses.subscribers[id] != nil, snapshot.ended == nil else {
                statuses.polledJobs.remove(id)
                return nil
            }
            let asked = max(snapshot.learnt, record.lastPollFailure ?? snapshot.learnt)
            return max(interval + (asked - now), JobStatusCache.minPollDelay)
        }
    }

    /// The minimum delay between attempts while a vendor cannot be reached.
    private static let minPollDelay: Duration = .milliseconds(100)
}

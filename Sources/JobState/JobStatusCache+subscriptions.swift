import Jobs
import Synchronization
import Wire

/// Waiting for a job to change, without asking again and again.
extension JobStatusCache {
    /// Has the bell rung once when more is known of the job than was seen.
    /// - Returns: a number for `unhang`; nil if more is known already, the job has ended, or nobody may wait any more.
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

    /// Tells everybody who waits for news of a job to look again.
    package func notify(_ id: String) {
        for notifier in (statuses.withLock { $0.subscribers.removeValue(forKey: id) } ?? [:]).values { notifier() }
    }

    /// From now on nobody waits: the program is about to end.
    package func close() {
        isClosing.store(true, ordering: .releasing)
        for id in statuses.withLock({ Array($0.subscribers.keys) }) { notify(id) }
    }

    /// Whether the caller must begin to attend the job: to ask about it for as long as `pause` says.
    package func shouldStartPolling(_ id: String) -> Bool {
        statuses.withLock { $0.subscribers[id] != nil && $0.polledJobs.insert(id).inserted }
    }

    /// How long to wait before the job may be asked about again; nil if nobody waits for news any more, which ends the attendance.
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

    /// Between two attempts while a vendor cannot be asked.
    private static let minPollDelay: Duration = .milliseconds(100)
}

import Jobs
import Synchronization
import Wire

/// Waiting for a job to change, without asking again and again.
extension Watch {
    /// Has the bell rung once when more is known of the job than was seen.
    /// - Returns: a number for `unhang`; nil if more is known already, the job has ended, or nobody may wait any more.
    func hang(_ bell: @escaping @Sendable () -> Void, for id: String, since seen: Sight) -> Int? {
        let number = bellCount.add(1, ordering: .relaxed).newValue
        return records.withLock { records in
            guard !isClosing.load(ordering: .acquiring), let known = records[id]?.sight, known.version == seen.version, known.ended == nil
            else { return nil }
            records.bells[id, default: [:]][number] = bell
            return number
        }
    }

    func unhang(_ number: Int, for id: String) {
        records.withLock { records in
            records.bells[id]?[number] = nil
            if records.bells[id]?.isEmpty == true { records.bells[id] = nil }
        }
    }

    /// Tells everybody who waits for news of a job to look again.
    func ring(_ id: String) {
        for bell in (records.withLock { $0.bells.removeValue(forKey: id) } ?? [:]).values { bell() }
    }

    /// From now on nobody waits: the program is about to end.
    func close() {
        isClosing.store(true, ordering: .releasing)
        for id in records.withLock({ Array($0.bells.keys) }) { ring(id) }
    }

    /// Whether the caller must begin to attend the job: to ask about it for as long as `pause` says.
    func mustAttend(_ id: String) -> Bool {
        records.withLock { $0.bells[id] != nil && $0.attended.insert(id).inserted }
    }

    /// How long to wait before the job may be asked about again; nil if nobody waits for news any more, which ends the attendance.
    func pause(_ id: String, now: Instant, interval: Duration) -> Duration? {
        records.withLock { records in
            guard let record = records[id], let sight = record.sight, records.bells[id] != nil, sight.ended == nil else {
                records.attended.remove(id)
                return nil
            }
            let asked = max(sight.learnt, record.covered ?? sight.learnt)
            return max(interval + (asked - now), Watch.leastPause)
        }
    }

    /// Between two attempts while a vendor cannot be asked.
    private static let leastPause: Duration = .milliseconds(100)
}

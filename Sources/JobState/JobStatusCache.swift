import Jobs
import Seal
import Synchronization
import Wire

/// The latest status of each job, shared by all loops. It allows one status call at a time per job, at the vendor's minimum interval, and
/// keeps a final state permanently.
package final class JobStatusCache: Sendable {
    /// The last known state of a job.
    package struct StatusSnapshot: Sendable {
        package var progress: Progress
        /// 0...100. Never decreases; 100 only when the job has completed.
        package var percent: Int
        package var learnt: Instant
        /// When the final state was first seen.
        package var ended: Timestamp?
        /// Counts the changes that are visible to a client.
        package var version = 0

        package init(progress: Progress, percent: Int, learnt: Instant, ended: Timestamp? = nil, version: Int = 0) {
            self.progress = progress
            self.percent = percent
            self.learnt = learnt
            self.ended = ended
            self.version = version
        }
    }

    package enum Acquisition {
        /// The cached status is recent enough.
        case known(StatusSnapshot)
        /// The caller must call the vendor and then `complete`.
        case leader
        /// Another request is calling the vendor.
        case follower
    }

    package typealias Outcome = Result<StatusSnapshot, Fault>

    package struct CachedStatus {
        package var snapshot: StatusSnapshot?
        /// When the vendor could last not be reached, and the older status was served.
        var lastPollFailure: Instant?
        /// When the result links of a completed job were last renewed.
        var lastRenewal: Instant?
        var isPolling = false
        var waiters: [CheckedContinuation<Outcome?, Never>] = []
        var lastAccess: Instant
        /// When the job was created. Computed once, so that a change of the wall clock does not change the job's age.
        var createdAt: Instant?
        /// The value of `lastAccess` when the job entered `evictionOrder`.
        var enqueuedAccess: Instant?
    }

    package struct Table {
        /// Notifiers of waiting requests, by job and number.
        var subscribers: [JobKey: [Int: @Sendable () -> Void]] = [:]
        /// Jobs that a task polls for as long as they have subscribers.
        var polledJobs: Set<JobKey> = []
        private var statuses: [JobKey: CachedStatus] = [:]
        /// All keys, roughly in order of last access, the oldest first.
        private var evictionOrder = FIFOQueue<JobKey>()
        package var capacity: Int

        package init(capacity: Int) { self.capacity = capacity }

        package subscript(key: JobKey) -> CachedStatus? {
            get { statuses[key] }
            set {
                guard var record = newValue else {
                    statuses[key] = nil
                    return
                }
                record.enqueuedAccess = record.enqueuedAccess ?? record.lastAccess
                guard statuses.updateValue(record, forKey: key) == nil else { return }
                evictionOrder.append(key)
                trim()
            }
        }

        /// Evicts at most four entries from the front: a longer pass would block all loops on this table.
        private mutating func trim() {
            for _ in 0..<4 where statuses.count > capacity {
                guard let key = evictionOrder.popFirst(), var record = statuses[key] else { return }
                if record.isPolling || subscribers[key] != nil || record.enqueuedAccess.map({ record.lastAccess > $0 }) ?? true {
                    record.enqueuedAccess = record.lastAccess
                    statuses[key] = record
                    evictionOrder.append(key)
                } else {
                    statuses[key] = nil
                }
            }
        }
    }

    let statuses: Mutex<Table>
    /// Jobs that can be polled together with others of their account, by account. They are in `statuses`, too.
    let batchableJobs = Mutex<[String: [JobKey: Claims]]>([:])
    package let capacity: Int
    private let revisions: RevisionCounters
    /// New waits are refused.
    package let isClosing = Atomic(false)
    let subscriberCount = Atomic(0)
    /// How long the last known status is served while the vendor cannot be reached.
    private static let staleOnErrorWindow: Duration = .seconds(120)

    package init(capacity: Int, revisions: RevisionCounters = RevisionCounters()) {
        self.capacity = capacity
        self.revisions = revisions
        statuses = Mutex(Table(capacity: capacity))
    }

    /// - Parameter fresh: polls although a status is cached, even a final one, to renew expired links.
    package func acquire(_ id: String, now: Instant, interval: Duration, fresh: Bool) -> Acquisition {
        let key = JobKey(id)
        return statuses.withLock { statuses in
            var record = statuses[key] ?? CachedStatus(lastAccess: now)
            record.lastAccess = now
            defer { statuses[key] = record }
            if let snapshot = record.snapshot, !JobStatusCache.isDue(record, snapshot, now: now, interval: interval, fresh: fresh) {
                return .known(snapshot)
            }
            if record.isPolling { return .follower }
            record.isPolling = true
            if fresh { record.lastRenewal = now }
            return .leader
        }
    }

    /// Whether to call the vendor now. Its minimum interval also applies while it is unreachable and to the renewal of links.
    private static func isDue(_ record: CachedStatus, _ snapshot: StatusSnapshot, now: Instant, interval: Duration, fresh: Bool) -> Bool {
        if fresh, let renewed = record.lastRenewal, snapshot.ended != nil { return now - renewed >= interval }
        if fresh { return true }
        guard snapshot.ended == nil else { return false }
        return now - max(snapshot.learnt, record.lastPollFailure ?? snapshot.learnt) >= interval
    }

    /// Waits for the status call in progress. Nil if it completed before the wait began: call `acquire` again.
    package func wait(for id: String) async throws(Fault) -> StatusSnapshot? {
        let key = JobKey(id)
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Outcome?, Never>) in
            let isFlying = statuses.withLock { statuses in
                guard statuses[key]?.isPolling == true else { return false }
                statuses[key]?.waiters.append(waiter)
                return true
            }
            if !isFlying { waiter.resume(returning: nil) }
        }
        return try outcome?.get()
    }

    /// Ends the call that `acquire` allowed, and resumes all waiting requests.
    /// - Parameters:
    ///   - time: the wall clock time, for the end time that clients see.
    ///   - reportsFaults: reports a failed status call instead of serving the last known status.
    package func complete(
        _ id: String, _ found: Result<Progress, Fault>, now: Instant, time: Timestamp, reportsFaults: Bool
    ) throws(Fault) -> StatusSnapshot {
        let key = JobKey(id)
        let (outcome, waiters, subscribers) = statuses.withLock { statuses in
            var record = statuses[key] ?? CachedStatus(lastAccess: now)
            let before = record.snapshot
            let outcome = JobStatusCache.merge(before, found, now: now, time: time, reportsFaults: reportsFaults)
            if case .success(let snapshot) = outcome { record.snapshot = snapshot }
            if case .failure = found { record.lastPollFailure = now } else { record.lastPollFailure = nil }
            let waiters = record.waiters
            record.waiters = []
            record.isPolling = false
            let subscribers = record.snapshot?.version == before?.version ? nil : statuses.subscribers.removeValue(forKey: key)
            statuses[key] = record
            return (outcome, waiters, subscribers)
        }
        revisions.advance(key)
        for waiter in waiters { waiter.resume(returning: outcome) }
        for notify in (subscribers ?? [:]).values { notify() }
        return try outcome.get()
    }

    /// Records the status from the vendor's reply to the create.
    package func recordStatus(_ id: String, _ progress: Progress, now: Instant, time: Timestamp) {
        let key = JobKey(id)
        statuses.withLock { statuses in
            let snapshot = StatusSnapshot(
                progress: progress, percent: JobStatusCache.percent(of: progress), learnt: now, ended: progress.isFinal ? time : nil)
            statuses[key] = CachedStatus(snapshot: snapshot, lastAccess: now, createdAt: now)
        }
    }

    /// The age of a job: by the wall clock when the job is first seen, by the monotonic clock afterwards.
    package func age(of id: String, created: Timestamp, time: Timestamp, now: Instant) -> Duration {
        let key = JobKey(id)
        return statuses.withLock { statuses in
            guard let record = statuses[key] else { return time - created }
            let createdAt = record.createdAt ?? now - (time - created)
            if record.createdAt == nil { statuses[key]?.createdAt = createdAt }
            return now - createdAt
        }
    }

    /// The cached status, however old.
    package func lastKnown(_ id: String) -> StatusSnapshot? {
        let key = JobKey(id)
        return statuses.withLock { $0[key]?.snapshot }
    }

    /// Removes a final status that was wrong: the vendor still has the job, so it is polled again.
    package func discardEnd(of id: String) {
        let key = JobKey(id)
        statuses.withLock { statuses in
            if statuses[key]?.snapshot?.ended != nil { statuses[key]?.snapshot = nil }
        }
        revisions.advance(key)
    }

    /// Restores a final status from before a restart. An existing entry stays.
    package func restore(_ id: String, _ snapshot: StatusSnapshot) {
        let key = JobKey(id)
        statuses.withLock { statuses in
            if statuses[key] == nil { statuses[key] = CachedStatus(snapshot: snapshot, lastAccess: snapshot.learnt) }
        }
    }

    /// Keeps the first final state, with renewed links if it completed. Percentages never decrease.
    private static func merge(
        _ before: StatusSnapshot?, _ found: Result<Progress, Fault>, now: Instant, time: Timestamp, reportsFaults: Bool
    ) -> Outcome {
        switch found {
        case .failure(let fault):
            guard let before, !reportsFaults, before.ended != nil || now - before.learnt < staleOnErrorWindow else {
                return .failure(fault)
            }
            return .success(before)
        case .success(let progress):
            if let before, before.ended != nil {
                guard case .done = before.progress, case .done = progress else { return .success(before) }
                return .success(StatusSnapshot(progress: progress, percent: 100, learnt: now, ended: before.ended, version: before.version))
            }
            let percent = max(before?.percent ?? 0, JobStatusCache.percent(of: progress))
            var snapshot = StatusSnapshot(progress: progress, percent: percent, learnt: now, ended: progress.isFinal ? time : nil)
            let isNews = before.map { $0.percent != percent || !$0.progress.isSameState(progress) } ?? true
            snapshot.version = (before?.version ?? 0) + (isNews ? 1 : 0)
            return .success(snapshot)
        }
    }

    private static func percent(of progress: Progress) -> Int {
        switch progress {
        case .done: 100
        case .running(let percent): min(max(percent ?? 0, 0), 99)
        case .queued, .failed, .unknown: 0
        }
    }
}

extension Progress {
    /// Whether a client sees the same state, apart from the percentage.
    fileprivate func isSameState(_ other: Progress) -> Bool {
        switch (self, other) {
        case (.queued, .queued), (.running, .running), (.done, .done), (.failed, .failed): true
        case (.unknown(let word), .unknown(let other)): word == other
        default: false
        }
    }
}

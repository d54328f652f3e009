import Jobs
import Seal
import Synchronization
import Wire

/// What is known of each job, shared by all loops: one status call at a time for a job, no sooner than its vendor allows, and a final
/// state for good.
package final class JobStatusCache: Sendable {
    /// A job's state as last learnt.
    package struct StatusSnapshot: Sendable {
        package var progress: Progress
        /// 0...100; never falls while the job lives, 100 only at its good end.
        package var percent: Int
        package var learnt: Instant
        /// When the end was first seen.
        package var ended: Timestamp?
        /// Counts the changes that a client can see.
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
        /// Known well enough.
        case known(StatusSnapshot)
        /// The caller must ask the vendor and then `land`.
        case leader
        /// Somebody else is asking.
        case follower
    }

    package typealias Outcome = Result<StatusSnapshot, Fault>

    package struct CachedStatus {
        package var snapshot: StatusSnapshot?
        /// When the vendor could last not be asked, and what was known before was told.
        var lastPollFailure: Instant?
        /// When the links of a job that has ended were last asked for anew.
        var lastRenewal: Instant?
        var isPolling = false
        var waiters: [CheckedContinuation<Outcome?, Never>] = []
        var lastAccess: Instant
        /// When the job was created; reckoned once, so that setting the wall clock changes no job's age.
        var createdAt: Instant?
        /// What `touched` was when it took its place in the row.
        var enqueuedAccess: Instant?
    }

    package struct Table {
        /// Those who wait for news, by job and number.
        var subscribers: [String: [Int: @Sendable () -> Void]] = [:]
        /// Jobs about which a task asks for as long as there are bells.
        var polledJobs: Set<String> = []
        private var statuses: [String: CachedStatus] = [:]
        /// All ids, roughly the one first that nobody has asked about for the longest time.
        private var evictionOrder = FIFOQueue<String>()
        package var capacity: Int

        package init(capacity: Int) { self.capacity = capacity }

        package subscript(id: String) -> CachedStatus? {
            get { statuses[id] }
            set {
                guard var record = newValue else {
                    statuses[id] = nil
                    return
                }
                record.enqueuedAccess = record.enqueuedAccess ?? record.lastAccess
                guard statuses.updateValue(record, forKey: id) == nil else { return }
                evictionOrder.append(id)
                trim()
            }
        }

        /// Forgets a few of those at the head of the row, and not many at once: all loops wait for this table.
        private mutating func trim() {
            for _ in 0..<4 where statuses.count > capacity {
                guard let id = evictionOrder.popFirst(), var record = statuses[id] else { return }
                if record.isPolling || subscribers[id] != nil || record.enqueuedAccess.map({ record.lastAccess > $0 }) ?? true {
                    record.enqueuedAccess = record.lastAccess
                    statuses[id] = record
                    evictionOrder.append(id)
                } else {
                    statuses[id] = nil
                }
            }
        }
    }

    let statuses: Mutex<Table>
    /// Jobs that can be asked about together with others of their account, by account. They are in `records`, too.
    let batchableJobs = Mutex<[String: [String: Claims]]>([:])
    package let capacity: Int
    private let revisions: RevisionCounters
    /// Nobody may wait any more.
    package let isClosing = Atomic(false)
    let subscriberCount = Atomic(0)
    /// How long a vendor that cannot be asked is answered for with what was known before.
    private static let staleOnErrorWindow: Duration = .seconds(120)

    package init(capacity: Int, revisions: RevisionCounters = RevisionCounters()) {
        self.capacity = capacity
        self.revisions = revisions
        statuses = Mutex(Table(capacity: capacity))
    }

    /// - Parameter fresh: asks again although something is known, even the end: for links that have expired.
    package func acquire(_ id: String, now: Instant, interval: Duration, fresh: Bool) -> Acquisition {
        statuses.withLock { statuses in
            var record = statuses[id] ?? CachedStatus(lastAccess: now)
            record.lastAccess = now
            defer { statuses[id] = record }
            if let snapshot = record.snapshot, !JobStatusCache.isDue(record, snapshot, now: now, interval: interval, fresh: fresh) {
                return .known(snapshot)
            }
            if record.isPolling { return .follower }
            record.isPolling = true
            if fresh { record.lastRenewal = now }
            return .leader
        }
    }

    /// Whether the vendor is to be asked, as often as it wants at most: also while it cannot be reached, and for links that have expired.
    private static func isDue(_ record: CachedStatus, _ snapshot: StatusSnapshot, now: Instant, interval: Duration, fresh: Bool) -> Bool {
        if fresh, let renewed = record.lastRenewal, snapshot.ended != nil { return now - renewed >= interval }
        if fresh { return true }
        guard snapshot.ended == nil else { return false }
        return now - max(snapshot.learnt, record.lastPollFailure ?? snapshot.learnt) >= interval
    }

    /// Waits for the call that is under way. Nil if it had landed before the wait began: `enter` again.
    package func wait(for id: String) async throws(Fault) -> StatusSnapshot? {
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Outcome?, Never>) in
            let isFlying = statuses.withLock { statuses in
                guard statuses[id]?.isPolling == true else { return false }
                statuses[id]?.waiters.append(waiter)
                return true
            }
            if !isFlying { waiter.resume(returning: nil) }
        }
        return try outcome?.get()
    }

    /// Ends the call that `enter` let out, and tells all who wait.
    /// - Parameters:
    ///   - time: the time of day, for the end that clients see.
    ///   - reportsFaults: does not cover a failed attempt with what was known before.
    package func complete(
        _ id: String, _ found: Result<Progress, Fault>, now: Instant, time: Timestamp, reportsFaults: Bool
    ) throws(Fault) -> StatusSnapshot {
        let (outcome, waiters, subscribers) = statuses.withLock { statuses in
            var record = statuses[id] ?? CachedStatus(lastAccess: now)
            let before = record.snapshot
            let outcome = JobStatusCache.merge(before, found, now: now, time: time, reportsFaults: reportsFaults)
            if case .success(let snapshot) = outcome { record.snapshot = snapshot }
            if case .failure = found { record.lastPollFailure = now } else { record.lastPollFailure = nil }
            let waiters = record.waiters
            record.waiters = []
            record.isPolling = false
            let subscribers = record.snapshot?.version == before?.version ? nil : statuses.subscribers.removeValue(forKey: id)
            statuses[id] = record
            return (outcome, waiters, subscribers)
        }
        revisions.advance(id)
        for waiter in waiters { waiter.resume(returning: outcome) }
        for notify in (subscribers ?? [:]).values { notify() }
        return try outcome.get()
    }

    /// What the answer to a create already tells.
    package func recordStatus(_ id: String, _ progress: Progress, now: Instant, time: Timestamp) {
        statuses.withLock { statuses in
            let snapshot = StatusSnapshot(
                progress: progress, percent: JobStatusCache.percent(of: progress), learnt: now, ended: progress.isFinal ? time : nil)
            statuses[id] = CachedStatus(snapshot: snapshot, lastAccess: now, createdAt: now)
        }
    }

    /// How old a job is: by the wall clock when it was first heard of, by the monotonic clock since.
    package func age(of id: String, created: Timestamp, time: Timestamp, now: Instant) -> Duration {
        statuses.withLock { statuses in
            guard let record = statuses[id] else { return time - created }
            let createdAt = record.createdAt ?? now - (time - created)
            if record.createdAt == nil { statuses[id]?.createdAt = createdAt }
            return now - createdAt
        }
    }

    /// What is known without asking anybody.
    package func lastKnown(_ id: String) -> StatusSnapshot? { statuses.withLock { $0[id]?.snapshot } }

    /// The end that was known was not one: the vendor has the job, and is asked about it again.
    package func discardEnd(of id: String) {
        statuses.withLock { statuses in
            if statuses[id]?.snapshot?.ended != nil { statuses[id]?.snapshot = nil }
        }
        revisions.advance(id)
    }

    /// An end that was seen by an earlier run of the program; what is known already stays.
    package func restore(_ id: String, _ snapshot: StatusSnapshot) {
        statuses.withLock { statuses in
            if statuses[id] == nil { statuses[id] = CachedStatus(snapshot: snapshot, lastAccess: snapshot.learnt) }
        }
    }

    /// The first end that was seen stays, but its links may be renewed; percentages never fall.
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
    /// Whether a client is told the same, percentages aside.
    fileprivate func isSameState(_ other: Progress) -> Bool {
        switch (self, other) {
        case (.queued, .queued), (.running, .running), (.done, .done), (.failed, .failed): true
        case (.unknown(let word), .unknown(let other)): word == other
        default: false
        }
    }
}

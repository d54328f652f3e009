import Jobs
import Seal
import Synchronization
import Wire

/// What is known of each job, shared by all loops: one status call at a time for a job, no sooner than its vendor allows, and a final
/// state for good.
final class Watch: Sendable {
    /// A job's state as last learnt.
    struct Sight: Sendable {
        var progress: Progress
        /// 0...100; never falls while the job lives, 100 only at its good end.
        var percent: Int
        var learnt: Instant
        /// When the end was first seen.
        var ended: Timestamp?
        /// Counts the changes that a client can see.
        var version = 0
    }

    enum Entry {
        /// Known well enough.
        case known(Sight)
        /// The caller must ask the vendor and then `land`.
        case fly
        /// Somebody else is asking.
        case wait
    }

    typealias Outcome = Result<Sight, Fault>

    struct Record {
        var sight: Sight?
        /// When the vendor could last not be asked, and what was known before was told.
        var covered: Instant?
        /// When the links of a job that has ended were last asked for anew.
        var renewed: Instant?
        var isFlying = false
        var waiters: [CheckedContinuation<Outcome?, Never>] = []
        var touched: Instant
        /// When the job was created; reckoned once, so that setting the wall clock changes no job's age.
        var born: Instant?
        /// What `touched` was when it took its place in the row.
        var queued: Instant?
    }

    struct Table {
        /// Those who wait for news, by job and number.
        var bells: [String: [Int: @Sendable () -> Void]] = [:]
        /// Jobs about which a task asks for as long as there are bells.
        var attended: Set<String> = []
        private var records: [String: Record] = [:]
        /// All ids, roughly the one first that nobody has asked about for the longest time.
        private var row = FIFOQueue<String>()
        var capacity: Int

        init(capacity: Int) { self.capacity = capacity }

        subscript(id: String) -> Record? {
            get { records[id] }
            set {
                guard var record = newValue else { return records[id] = nil }
                record.queued = record.queued ?? record.touched
                guard records.updateValue(record, forKey: id) == nil else { return }
                row.append(id)
                trim()
            }
        }

        /// Forgets a few of those at the head of the row, and not many at once: all loops wait for this table.
        private mutating func trim() {
            for _ in 0..<4 where records.count > capacity {
                guard let id = row.popFirst(), var record = records[id] else { return }
                if record.isFlying || bells[id] != nil || record.queued.map({ record.touched > $0 }) ?? true {
                    record.queued = record.touched
                    records[id] = record
                    row.append(id)
                } else {
                    records[id] = nil
                }
            }
        }
    }

    let records: Mutex<Table>
    /// Jobs that can be asked about together with others of their account, by account. They are in `records`, too.
    let riders = Mutex<[String: [String: Claims]]>([:])
    let capacity: Int
    private let revisions: Revisions
    /// Nobody may wait any more.
    let isClosing = Atomic(false)
    let bellCount = Atomic(0)
    /// How long a vendor that cannot be asked is answered for with what was known before.
    private static let patience: Duration = .seconds(120)

    init(capacity: Int, revisions: Revisions = Revisions()) {
        self.capacity = capacity
        self.revisions = revisions
        records = Mutex(Table(capacity: capacity))
    }

    /// - Parameter fresh: asks again although something is known, even the end: for links that have expired.
    func enter(_ id: String, now: Instant, interval: Duration, fresh: Bool) -> Entry {
        records.withLock { records in
            var record = records[id] ?? Record(touched: now)
            record.touched = now
            defer { records[id] = record }
            if let sight = record.sight, !Watch.isDue(record, sight, now: now, interval: interval, fresh: fresh) { return .known(sight) }
            if record.isFlying { return .wait }
            record.isFlying = true
            if fresh { record.renewed = now }
            return .fly
        }
    }

    /// Whether the vendor is to be asked, as often as it wants at most: also while it cannot be reached, and for links that have expired.
    private static func isDue(_ record: Record, _ sight: Sight, now: Instant, interval: Duration, fresh: Bool) -> Bool {
        if fresh, let renewed = record.renewed, sight.ended != nil { return now - renewed >= interval }
        if fresh { return true }
        guard sight.ended == nil else { return false }
        return now - max(sight.learnt, record.covered ?? sight.learnt) >= interval
    }

    /// Waits for the call that is under way. Nil if it had landed before the wait began: `enter` again.
    func wait(for id: String) async throws(Fault) -> Sight? {
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Outcome?, Never>) in
            let isFlying = records.withLock { records in
                guard records[id]?.isFlying == true else { return false }
                records[id]?.waiters.append(waiter)
                return true
            }
            if !isFlying { waiter.resume(returning: nil) }
        }
        return try outcome?.get()
    }

    /// Ends the call that `enter` let out, and tells all who wait.
    /// - Parameters:
    ///   - time: the time of day, for the end that clients see.
    ///   - surfacesFaults: does not cover a failed attempt with what was known before.
    func land(
        _ id: String, _ found: Result<Progress, Fault>, now: Instant, time: Timestamp, surfacesFaults: Bool
    ) throws(Fault) -> Sight {
        let (outcome, waiters, bells) = records.withLock { records in
            var record = records[id] ?? Record(touched: now)
            let before = record.sight
            let outcome = Watch.merge(before, found, now: now, time: time, surfacesFaults: surfacesFaults)
            if case .success(let sight) = outcome { record.sight = sight }
            if case .failure = found { record.covered = now } else { record.covered = nil }
            let waiters = record.waiters
            record.waiters = []
            record.isFlying = false
            let bells = record.sight?.version == before?.version ? nil : records.bells.removeValue(forKey: id)
            records[id] = record
            return (outcome, waiters, bells)
        }
        revisions.advance(id)
        for waiter in waiters { waiter.resume(returning: outcome) }
        for bell in (bells ?? [:]).values { bell() }
        return try outcome.get()
    }

    /// What the answer to a create already tells.
    func note(_ id: String, _ progress: Progress, now: Instant, time: Timestamp) {
        records.withLock { records in
            let sight = Sight(progress: progress, percent: Watch.percent(of: progress), learnt: now, ended: progress.isFinal ? time : nil)
            records[id] = Record(sight: sight, touched: now, born: now)
        }
    }

    /// How old a job is: by the wall clock when it was first heard of, by the monotonic clock since.
    func age(of id: String, created: Timestamp, time: Timestamp, now: Instant) -> Duration {
        records.withLock { records in
            guard let record = records[id] else { return time - created }
            let born = record.born ?? now - (time - created)
            if record.born == nil { records[id]?.born = born }
            return now - born
        }
    }

    /// What is known without asking anybody.
    func peek(_ id: String) -> Sight? { records.withLock { $0[id]?.sight } }

    /// An end that was seen by an earlier run of the program; what is known already stays.
    func remember(_ id: String, _ sight: Sight) {
        records.withLock { records in
            if records[id] == nil { records[id] = Record(sight: sight, touched: sight.learnt) }
        }
    }

    /// The first end that was seen stays, but its links may be renewed; percentages never fall.
    private static func merge(
        _ before: Sight?, _ found: Result<Progress, Fault>, now: Instant, time: Timestamp, surfacesFaults: Bool
    ) -> Outcome {
        switch found {
        case .failure(let fault):
            guard let before, !surfacesFaults, before.ended != nil || now - before.learnt < patience else { return .failure(fault) }
            return .success(before)
        case .success(let progress):
            if let before, before.ended != nil {
                guard case .done = before.progress, case .done = progress else { return .success(before) }
                return .success(Sight(progress: progress, percent: 100, learnt: now, ended: before.ended, version: before.version))
            }
            let percent = max(before?.percent ?? 0, Watch.percent(of: progress))
            var sight = Sight(progress: progress, percent: percent, learnt: now, ended: progress.isFinal ? time : nil)
            let isNews = before.map { $0.percent != percent || !$0.progress.looksLike(progress) } ?? true
            sight.version = (before?.version ?? 0) + (isNews ? 1 : 0)
            return .success(sight)
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
    fileprivate func looksLike(_ other: Progress) -> Bool {
        switch (self, other) {
        case (.queued, .queued), (.running, .running), (.done, .done), (.failed, .failed): true
        case (.unknown(let word), .unknown(let other)): word == other
        default: false
        }
    }
}

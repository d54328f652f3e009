import Wire

/// A job that the server follows to its end.
package struct WatchedJob: Sendable, Hashable {
    package let id: String
    /// The name of its owner.
    package let owner: String
    /// The name of the account that makes it.
    package let account: String
    package let created: Timestamp

    package init(id: String, owner: String, account: String, created: Timestamp) {
        self.id = id
        self.owner = owner
        self.account = account
        self.created = created
    }
}

/// What a poll of a watched job found out.
package enum WatchResult: Sendable {
    /// The job still runs, with this account: it may have failed over. `pollInterval` is the vendor's minimum interval.
    case running(account: String, pollInterval: Duration)
    /// The job has ended, was deleted, or cannot be opened any more.
    case ended
    /// The vendor could not be asked. `retryAfter` is a pause that it requested for all calls of the account.
    case failed(retryAfter: Duration?)
}

/// Decides which watched jobs are polled, and when. Pure: all times come from outside.
///
/// A job's interval is the vendor's at first, and grows with the job's age. The polls of an account are limited, and its owners take turns,
/// so that one owner's thousand jobs do not delay another owner's single job.
package struct WatchSchedule: Sendable {
    private struct Entry {
        var job: WatchedJob
        /// Failed polls in a row.
        var failures = 0
    }

    /// The due jobs of one account.
    private struct Line {
        /// Each owner with due jobs, in the order of their turns.
        var owners = FIFOQueue<String>()
        var ids: [String: FIFOQueue<String>] = [:]
        var activeCalls = 0
        /// The vendor asked for a pause until then.
        var pausedUntil = Instant.distantPast

        mutating func append(_ job: WatchedJob) {
            if ids[job.owner] == nil { owners.append(job.owner) }
            ids[job.owner, default: FIFOQueue()].append(job.id)
        }

        /// The next job of the owner whose turn it is.
        mutating func popFirst() -> String? {
            guard let owner = owners.popFirst(), var line = ids.removeValue(forKey: owner), let id = line.popFirst() else { return nil }
            if !line.isEmpty {
                ids[owner] = line
                owners.append(owner)
            }
            return id
        }
    }

    private let limits: Limits
    private var entries: [String: Entry] = [:]
    /// The ids of sleeping jobs by the second in which they are due.
    private var slots: [Int64: [String]] = [:]
    /// The first second that has not been taken.
    private var nextSecond: Int64
    private var lines: [String: Line] = [:]

    package init(limits: Limits, now: Instant) {
        self.limits = limits
        nextSecond = WatchSchedule.second(of: now)
    }

    package var count: Int { entries.count }

    /// Adds a job, unless it is known already.
    /// - Parameter delay: until its first poll.
    /// - Returns: false if there is no room for it.
    @discardableResult
    package mutating func add(_ job: WatchedJob, delay: Duration, now: Instant) -> Bool {
        guard entries[job.id] == nil else { return true }
        guard entries.count < limits.maxWatchedJobs else { return false }
        entries[job.id] = Entry(job: job)
        sleep(job.id, until: now + delay)
        return true
    }

    /// The jobs to poll now. Each must be given to `finish`.
    package mutating func takeDue(now: Instant) -> [WatchedJob] {
        let current = WatchSchedule.second(of: now)
        while nextSecond <= current {
            // After a long pause of the process most seconds have no jobs.
            if slots.isEmpty { nextSecond = current }
            for id in slots.removeValue(forKey: nextSecond) ?? [] {
                guard let job = entries[id]?.job else { continue }
                lines[job.account, default: Line()].append(job)
            }
            nextSecond += 1
        }
        var due: [WatchedJob] = []
        for account in lines.keys {
            guard var line = lines.removeValue(forKey: account) else { continue }
            while line.activeCalls < limits.maxWatchCallsPerAccount, line.pausedUntil <= now, let id = line.popFirst() {
                guard let job = entries[id]?.job else { continue }
                line.activeCalls += 1
                due.append(job)
            }
            if line.activeCalls > 0 || !line.owners.isEmpty || line.pausedUntil > now { lines[account] = line }
        }
        return due
    }

    /// Ends the poll of a job that `takeDue` has returned.
    package mutating func finish(_ job: WatchedJob, _ result: WatchResult, time: Timestamp, now: Instant) {
        lines[job.account]?.activeCalls -= 1
        guard var entry = entries[job.id] else { return }
        let delay: Duration
        switch result {
        case .ended:
            entries[job.id] = nil
            return
        case .running(let account, let pollInterval):
            entry.failures = 0
            entry.job = WatchedJob(id: job.id, owner: job.owner, account: account, created: job.created)
            delay = interval(age: time - job.created, pollInterval: pollInterval)
        case .failed(let retryAfter):
            entry.failures += 1
            if let retryAfter { lines[job.account]?.pausedUntil = now + min(retryAfter, WatchSchedule.maxPause) }
            delay = min(.seconds(1) * (1 << min(entry.failures, 10)), WatchSchedule.maxPause)
        }
        entries[job.id] = entry
        sleep(job.id, until: now + delay)
    }

    /// The vendor's interval for a young job. A job of 300 s is polled each 30 s.
    private func interval(age: Duration, pollInterval: Duration) -> Duration {
        max(pollInterval, min(age / 10, limits.maxWatchInterval))
    }

    private mutating func sleep(_ id: String, until due: Instant) {
        slots[max(WatchSchedule.second(of: due), nextSecond), default: []].append(id)
    }

    /// The longest delay after failed polls, and the longest pause that a vendor may request.
    private static let maxPause: Duration = .seconds(600)

    private static func second(of instant: Instant) -> Int64 { instant.nanoseconds / 1_000_000_000 }
}

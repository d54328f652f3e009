import Journal
import Net
import Synchronization
import Wire

/// Follows every accepted job to its end, whether a client polls it or not, also after a restart. So results are recorded, budgets are
/// settled, and jobs fail over, without a client.
///
/// A poll goes through the same cache and the same single flight as a client's status request, so a vendor is never asked more often than
/// its interval allows.
package final class Watcher: Sendable {
    private let journal: Journal
    private let schedule: Mutex<WatchSchedule>
    private let clock: @Sendable () -> Timestamp
    private let monotonic: @Sendable () -> Instant

    package init(
        _ journal: Journal, limits: Limits, clock: @escaping @Sendable () -> Timestamp,
        monotonic: @escaping @Sendable () -> Instant
    ) {
        self.journal = journal
        self.clock = clock
        self.monotonic = monotonic
        schedule = Mutex(WatchSchedule(limits: limits, now: monotonic()))
    }

    /// Jobs that are watched now.
    package var count: Int { schedule.withLock { $0.count } }

    /// Watches a job that a vendor has just accepted.
    package func watch(_ job: WatchedJob) {
        let now = monotonic()
        schedule.withLock { _ = $0.add(job, delay: Watcher.firstDelay, now: now) }
    }

    /// Polls jobs on the current loop until the program shuts down.
    /// - Parameters:
    ///   - isClosing: whether the program shuts down.
    ///   - poll: polls one job, and records what it finds. It never throws: a failed poll is a result.
    package func run(isClosing: @escaping () -> Bool, poll: @escaping (WatchedJob) async -> WatchResult) async {
        guard let loop = Loop.current else { return }
        Loop.fork { await self.readJournal(isClosing: isClosing) }
        while !isClosing() {
            for job in takeDue() { Loop.fork { await self.follow(job, isClosing: isClosing, poll) } }
            await loop.sleep(for: Watcher.tickInterval)
        }
    }

    private func takeDue() -> [WatchedJob] {
        let now = monotonic()
        return schedule.withLock { $0.takeDue(now: now) }
    }

    private func follow(
        _ job: WatchedJob, isClosing: @escaping () -> Bool, _ poll: @escaping (WatchedJob) async -> WatchResult
    ) async {
        let result = await poll(job)
        let (time, now) = (clock(), monotonic())
        schedule.withLock { $0.finish(job, result, time: time, now: now) }
        // The account has room for another poll now.
        guard !isClosing() else { return }
        for next in takeDue() { Loop.fork { await self.follow(next, isClosing: isClosing, poll) } }
    }

    /// Adds unfinished jobs from the journal, again and again: there may be no room for some of them yet, and other programs stop later.
    /// A journal that cannot be read is tried again soon.
    private func readJournal(isClosing: () -> Bool) async {
        guard let loop = Loop.current else { return }
        while !isClosing() {
            let isRead = await addUnfinishedJobs(isClosing: isClosing)
            await loop.sleep(for: isRead ? Watcher.journalInterval : Watcher.retryInterval)
        }
    }

    /// Adds the unfinished jobs of earlier runs, and of other programs that have stopped, page by page, while there is room.
    /// - Returns: false if the journal could not be read.
    private func addUnfinishedJobs(isClosing: () -> Bool) async -> Bool {
        var number: Int64 = 0
        var hasRoom = true
        do throws(StorageError) {
            while hasRoom, !isClosing() {
                let page = try await journal.unfinishedJobs(after: number, limit: Watcher.pageSize)
                let now = monotonic()
                schedule.withLock { schedule in
                    for found in page.jobs where hasRoom {
                        // Spread, so that a start with many jobs does not call the vendors in bursts.
                        let delay = Watcher.firstDelay + .milliseconds(Int64.random(in: 0..<10_000))
                        hasRoom = schedule.add(
                            WatchedJob(id: found.id, owner: found.owner, account: found.account, created: found.created),
                            delay: delay, now: now)
                    }
                }
                guard let end = page.end else { break }
                number = end
            }
            return true
        } catch {
            return false
        }
    }

    private static let tickInterval: Duration = .milliseconds(250)
    /// Nearly every vendor takes longer, and most clients poll sooner.
    private static let firstDelay: Duration = .seconds(2)
    private static let journalInterval: Duration = .seconds(600)
    private static let retryInterval: Duration = .seconds(2)
    private static let pageSize = 2000
}

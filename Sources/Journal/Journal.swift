import Net
import Synchronization
import Wire

/// What must survive a crash, in one SQLite file: every paid job from its intent to its end.
///
/// Calls run on a thread of their own. Everything that waits when the thread gets round to it is written in one transaction and with one
/// sync (group commit), so durability costs a crowd of creates little more than one.
///
///     try await journal.intend(entry)          // on the disk when this returns: now the paid call may leave
///     await journal.accept(intentID, id: id)   // on the disk, or owed: the client may be answered
package final class Journal: Sendable {
    /// Counts since the start, for metrics and the log.
    package struct Figures: Sendable {
        /// Transactions with changes; each costs one sync.
        package var commits = 0
        package var changes = 0
        package var failures = 0
        package var pruned = 0
        /// Intents of an earlier run that were found without an outcome.
        package var recovered = 0
        /// Outcomes that could not be written yet.
        package var owed = 0
        /// Outcomes that were given up because too many were owed.
        package var forgotten = 0
        /// Nil once writing works.
        package var lastFailure: StorageFailure?
    }

    private struct Queue {
        var waiting: [Errand] = []
        var isScheduled = false
    }

    let limits: Limits
    let live = LiveIntents()
    private let threads = Threads("journal")
    private let queue = Mutex(Queue())
    private let desk: Mutex<Desk>
    private let known = Mutex<StorageFailure?>(nil)

    /// Nothing is read or written yet: a file that cannot be used is told by the first call. Several programs may use one folder at a time.
    /// - Parameter folder: the state folder, which exists.
    package init(in folder: String, limits: Limits, clock: @escaping @Sendable () -> Timestamp) {
        self.limits = limits
        desk = Mutex(Desk(folder: folder, limits: limits, live: live, clock: clock))
    }

    package static let file = "journal.sqlite"

    /// Waits for work under way to end.
    package var figures: Figures { desk.withLock { $0.figures } }

    /// Why the last write failed; nil while writing works. Never waits for work under way.
    package var failure: StorageFailure? { known.withLock { $0 } }

    private func keep(_ failure: StorageFailure?) { known.withLock { $0 = failure } }

    /// Opens the file, brings it to today's shape and tells the intents of an earlier run as ambiguous.
    /// - Returns: how many those are.
    package func open() async throws(StorageFailure) -> Int {
        try await perform(reading: true) { _ in }
        return figures.recovered
    }

    /// Writes what is owed and takes away what is too old; to be called every few seconds. While writing fails, or soon may, it is tried
    /// here, so that `failure` becomes right again without anyone having to ask for a job.
    package func tend() {
        threads.submit {
            self.desk.withLock { desk in
                desk.tidy()
                desk.probe()
                self.keep(desk.figures.lastFailure)
            }
        }
    }

    /// Ends in good order once everything that waits has been written. A later call opens the file again.
    package func close() async {
        await withCheckedContinuation { ended in
            threads.submit {
                self.desk.withLock { $0.close() }
                ended.resume()
            }
        }
    }

    /// - Parameters:
    ///   - owed: keeps the work and does it later if it cannot be written now.
    ///   - intent: what the work writes down first; counted as alive unless the work fails.
    /// - Returns: what the work made, once it is on the disk.
    func perform<Value: Sendable>(
        reading: Bool = false, owed: Bool = false, intent: String? = nil, _ work: @escaping Errand.Work<Value>
    ) async throws(StorageFailure) -> Value {
        if let intent { live.insert(intent) }
        let result: Result<Value, StorageFailure> = await withCheckedContinuation { waiter in
            submit(
                Errand(reading: reading, owed: owed, work) { [live] result in
                    if case .failure = result, let intent { live.remove(intent) }
                    waiter.resume(returning: result)
                })
        }
        return try result.get()
    }

    /// The same for work that makes nothing.
    func change(owed: Bool = false, intent: String? = nil, _ work: @escaping Errand.Work<Void>) async throws(StorageFailure) {
        try await perform(owed: owed, intent: intent, work)
    }

    /// Work for which nobody waits.
    func submit(owed work: @escaping Errand.Work<Void>) {
        submit(Errand(reading: false, owed: true, work) { _ in })
    }

    private func submit(_ errand: Errand) {
        let (isTaken, mustSchedule) = queue.withLock { queue in
            // What is owed has happened: there is no refusing it any more.
            guard queue.waiting.count < limits.journalQueue || errand.isOwed else { return (false, false) }
            queue.waiting.append(errand)
            defer { queue.isScheduled = true }
            return (true, !queue.isScheduled)
        }
        guard isTaken else { return errand.refuse(StorageFailure(.busy, "\(limits.journalQueue) changes wait for the disk")) }
        if mustSchedule { threads.submit { self.work() } }
    }

    /// On the journal's thread, until nothing waits.
    private func work() {
        while let batch = next() {
            let told = desk.withLock { desk in
                defer { keep(desk.figures.lastFailure) }
                return desk.perform(batch)
            }
            for tell in told { tell() }
            desk.withLock { desk in
                desk.tidy()
                keep(desk.figures.lastFailure)
            }
        }
    }

    private func next() -> [Errand]? {
        queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.isScheduled = false
                return nil
            }
            let batch = Array(queue.waiting.prefix(Journal.mostAtOnce))
            queue.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Bounds the time for which early waiters of a batch wait for late ones.
    private static let mostAtOnce = 512
}

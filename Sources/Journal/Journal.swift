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
    package struct Stats: Sendable {
        /// Transactions with changes; each costs one sync.
        package var commits = 0
        package var changes = 0
        package var failures = 0
        package var pruned = 0
        /// Intents of an earlier run that were found without an outcome.
        package var recovered = 0
        /// Outcomes that could not be written yet.
        package var deferred = 0
        /// Outcomes that were given up because too many were owed.
        package var dropped = 0
        /// Nil once writing works.
        package var lastFailure: StorageError?
    }

    private struct Queue {
        var waiting: [JournalOperation] = []
        var isScheduled = false
    }

    let limits: Limits
    let pendingIntents = PendingIntents()
    private let threads = ThreadPool("journal")
    private let queue = Mutex(Queue())
    private let worker: Mutex<JournalWorker>
    private let lastFailure = Mutex<StorageError?>(nil)

    /// Nothing is read or written yet: a file that cannot be used is told by the first call. Several programs may use one folder at a time.
    /// - Parameter folder: the state folder, which exists.
    package init(in folder: String, limits: Limits, clock: @escaping @Sendable () -> Timestamp) {
        self.limits = limits
        worker = Mutex(JournalWorker(folder: folder, limits: limits, pendingIntents: pendingIntents, clock: clock))
    }

    package static let fileName = "journal.sqlite"

    /// Waits for work under way to end.
    package var stats: Stats { worker.withLock { $0.stats } }

    /// Why the last write failed; nil while writing works. Never waits for work under way.
    package var failure: StorageError? { lastFailure.withLock { $0 } }

    private func storeLastFailure(_ failure: StorageError?) { lastFailure.withLock { $0 = failure } }

    /// Opens the file, brings it to today's shape and tells the intents of an earlier run as ambiguous.
    /// - Returns: how many those are.
    package func open() async throws(StorageError) -> Int {
        try await perform(reading: true) { _ in }
        return stats.recovered
    }

    /// Writes what is owed and takes away what is too old; to be called every few seconds. While writing fails, or soon may, it is tried
    /// here, so that `failure` becomes right again without anyone having to ask for a job.
    package func maintain() {
        threads.submit {
            self.worker.withLock { worker in
                worker.flushAndPrune()
                worker.probeDisk()
                self.storeLastFailure(worker.stats.lastFailure)
            }
        }
    }

    /// Ends in good order once everything that waits has been written. A later call opens the file again.
    package func close() async {
        await withCheckedContinuation { ended in
            threads.submit {
                self.worker.withLock { $0.close() }
                ended.resume()
            }
        }
    }

    /// - Parameters:
    ///   - owed: keeps the work and does it later if it cannot be written now.
    ///   - intent: what the work writes down first; counted as alive unless the work fails.
    /// - Returns: what the work made, once it is on the disk.
    func perform<Value: Sendable>(
        reading: Bool = false, deferred: Bool = false, intent: String? = nil, _ work: @escaping JournalOperation.Work<Value>
    ) async throws(StorageError) -> Value {
        if let intent { pendingIntents.insert(intent) }
        let result: Result<Value, StorageError> = await withCheckedContinuation { waiter in
            submit(
                JournalOperation(reading: reading, deferred: deferred, work) { [pendingIntents] result in
                    if case .failure = result, let intent { pendingIntents.remove(intent) }
                    waiter.resume(returning: result)
                })
        }
        return try result.get()
    }

    /// The same for work that makes nothing.
    func performWrite(deferred: Bool = false, intent: String? = nil, _ work: @escaping JournalOperation.Work<Void>)
        async throws(StorageError)
    {
        try await perform(deferred: deferred, intent: intent, work)
    }

    /// Work for which nobody waits.
    func submit(deferred work: @escaping JournalOperation.Work<Void>) {
        submit(JournalOperation(reading: false, deferred: true, work) { _ in })
    }

    private func submit(_ operation: JournalOperation) {
        let (isTaken, mustSchedule) = queue.withLock { queue in
            // What is owed has happened: there is no refusing it any more.
            guard queue.waiting.count < limits.maxJournalQueue || operation.isDeferrable else { return (false, false) }
            queue.waiting.append(operation)
            defer { queue.isScheduled = true }
            return (true, !queue.isScheduled)
        }
        guard isTaken else { return operation.fail(StorageError(.busy, "\(limits.maxJournalQueue) changes wait for the disk")) }
        if mustSchedule { threads.submit { self.drainQueue() } }
    }

    /// On the journal's thread, until nothing waits.
    private func drainQueue() {
        while let batch = nextBatch() {
            let completions = worker.withLock { worker in
                defer { storeLastFailure(worker.stats.lastFailure) }
                return worker.perform(batch)
            }
            for complete in completions { complete() }
            worker.withLock { worker in
                worker.flushAndPrune()
                storeLastFailure(worker.stats.lastFailure)
            }
        }
    }

    private func nextBatch() -> [JournalOperation]? {
        queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.isScheduled = false
                return nil
            }
            let batch = Array(queue.waiting.prefix(Journal.maxBatchOperations))
            queue.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Bounds the time for which early waiters of a batch wait for late ones.
    private static let maxBatchOperations = 512
}

import Net
import Synchronization
import Wire

/// What must survive a crash, in one SQLite file: every paid job from its intent to its end.
///
/// One thread does all work. Everything that is queued when the thread is free is written in one transaction with one sync (group commit),
/// many concurrent creates cost little more than one.
///
///     try await journal.recordIntent(record)            // on the disk when this returns: now the paid call may be sent
///     try await journal.recordAccepted(intent, as: id)  // on the disk, or deferred: the client may be answered
package final class Journal: Sendable {
    /// Counts since the start, for metrics and the log.
    package struct Stats: Sendable {
        /// Transactions with changes, each with one sync.
        package var commits = 0
        package var changes = 0
        package var failures = 0
        package var pruned = 0
        /// Intents of earlier runs without an outcome.
        package var recovered = 0
        /// Outcomes that are not written yet.
        package var deferred = 0
        /// Outcomes that were lost because too many were deferred.
        package var dropped = 0
        /// Nil once writing works.
        package var lastFailure: StorageError?
    }

    /// The intents of this run without a written outcome. An intent in the file that is not here was refused: a commit whose sync failed
    /// may be in the file nevertheless.
    final class PendingIntents: Sendable {
        private let ids = Mutex<Set<String>>([])

        func insert(_ id: String) { ids.withLock { _ = $0.insert(id) } }
        func remove(_ id: String) { ids.withLock { _ = $0.remove(id) } }
        func contains(_ id: String) -> Bool { ids.withLock { $0.contains(id) } }
    }

    private struct Queue {
        var waiting: [JournalOperation] = []
        var isScheduled = false
    }

    let limits: Limits
    let pendingIntents = PendingIntents()
    let outbox: Outbox
    private let threads = ThreadPool("journal")
    private let queue = Mutex(Queue())
    private let worker: Mutex<JournalWorker>
    private let lastFailure = Mutex<StorageError?>(nil)

    /// Reads and writes nothing yet: the first call fails if the file cannot be used. Several programs may use one folder at a time.
    /// - Parameters:
    ///   - folder: the state folder, which exists.
    ///   - knowsEndpoints: false for a program without the configuration of the server that uses the folder. It leaves interrupted
    ///     failovers to the server, which records their events for its endpoints.
    package init(
        in folder: String, limits: Limits, knowsEndpoints: Bool = true, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.limits = limits
        outbox = Outbox(limits: limits, knowsEndpoints: knowsEndpoints)
        worker = Mutex(
            JournalWorker(folder: folder, limits: limits, pendingIntents: pendingIntents, outbox: outbox, clock: clock))
    }

    package static let fileName = "journal.sqlite"

    /// Waits for running work.
    package var stats: Stats { worker.withLock { $0.stats } }

    /// Why the last write failed; nil while writing works. Does not wait for running work.
    package var failure: StorageError? { lastFailure.withLock { $0 } }

    private func storeLastFailure(_ failure: StorageError?) { lastFailure.withLock { $0 = failure } }

    /// Opens the file, migrates its schema, and marks intents of earlier runs as ambiguous.
    /// - Returns: the number of those intents.
    package func open() async throws(StorageError) -> Int {
        try await perform(reading: true) { _ in }
        return stats.recovered
    }

    /// Writes deferred outcomes and deletes old rows; to be called every few seconds. If the last write failed or the disk is nearly
    /// full, it also makes a test write, so that `failure` is updated without a create.
    package func maintain() {
        threads.submit {
            self.worker.withLock { worker in
                worker.flushAndPrune()
                worker.probeDisk()
                self.storeLastFailure(worker.stats.lastFailure)
            }
        }
    }

    /// Closes the file after everything in the queue is written. A later call opens it again.
    package func close() async {
        await withCheckedContinuation { ended in
            threads.submit {
                self.worker.withLock { $0.close() }
                ended.resume()
            }
        }
    }

    /// Runs work on the journal's thread.
    /// - Parameters:
    ///   - reading: whether the work changes nothing.
    ///   - deferred: whether the work is kept and done later if it cannot be written now.
    ///   - intent: the id of the intent that the work writes; pending until it is resolved, or the work fails.
    /// - Returns: the result of the work, once it is on the disk.
    /// - Throws: why nothing was written.
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

    /// The same for work without a result.
    func performWrite(deferred: Bool = false, intent: String? = nil, _ work: @escaping JournalOperation.Work<Void>)
        async throws(StorageError)
    {
        try await perform(deferred: deferred, intent: intent, work)
    }

    /// Queues work that no caller waits for.
    func submit(deferred work: @escaping JournalOperation.Work<Void>) {
        submit(JournalOperation(reading: false, deferred: true, work) { _ in })
    }

    private func submit(_ operation: JournalOperation) {
        let (isTaken, mustSchedule) = queue.withLock { queue in
            // A deferrable outcome has happened already, so it cannot be refused.
            guard queue.waiting.count < limits.maxJournalQueue || operation.isDeferrable else { return (false, false) }
            queue.waiting.append(operation)
            defer { queue.isScheduled = true }
            return (true, !queue.isScheduled)
        }
        guard isTaken else { return operation.fail(StorageError(.busy, "\(limits.maxJournalQueue) changes wait for the disk")) }
        if mustSchedule { threads.submit { self.drainQueue() } }
    }

    /// Runs on the journal's thread until the queue is empty.
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

    /// Bounds how long the first operations of a batch wait for the last ones.
    private static let maxBatchOperations = 512
}

/// One piece of work for the journal's thread. It runs inside a transaction; its completion runs after the commit.
struct JournalOperation: Sendable {
    typealias Work<Value> = @Sendable (Database) throws(StorageError) -> Value
    /// Called with nil once the work is on the disk, else with the reason why it is not.
    typealias Completion = @Sendable (StorageError?) -> Void

    /// A read sees everything that was written before it, and needs no sync.
    let isRead: Bool
    /// Whether it is repeated later if it cannot be written now: it records something that has happened already.
    let isDeferrable: Bool
    /// Runs the work inside the transaction. `failure` is the work's own error; `finish` is called with that of the commit.
    let run: @Sendable (Database) -> (failure: StorageError?, finish: Completion)
    /// Completes with an error: nothing was written.
    let fail: @Sendable (StorageError) -> Void

    init<Value: Sendable>(
        reading isRead: Bool, deferred isDeferrable: Bool, _ work: @escaping Work<Value>,
        then done: @escaping @Sendable (Result<Value, StorageError>) -> Void
    ) {
        self.isRead = isRead
        self.isDeferrable = isDeferrable
        run = { database in
            do throws(StorageError) {
                let value = try work(database)
                return (nil, { failure in done(failure.map(Result.failure) ?? .success(value)) })
            } catch {
                return (error, { _ in done(.failure(error)) })
            }
        }
        fail = { done(.failure($0)) }
    }
}

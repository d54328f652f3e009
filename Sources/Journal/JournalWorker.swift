import Net
import Wire

/// What the journal's thread works at: the connection, and what could not be written yet.
struct JournalWorker: ~Copyable {
    let folder: String
    private let limits: Limits
    private let clock: @Sendable () -> Timestamp
    /// Made with the first connection and kept for the life of the program.
    private var runLock: RunLock?
    private var database: Database?
    private var lastAttempt: Instant?
    private var deferredOperations: [JournalOperation] = []
    private let pendingIntents: PendingIntents
    /// A commit has failed in a way that may have left it in the file.
    private var mustRevert = false
    private var changesSincePruning = 0
    private(set) var stats = Journal.Stats()

    init(folder: String, limits: Limits, pendingIntents: PendingIntents, clock: @escaping @Sendable () -> Timestamp) {
        self.pendingIntents = pendingIntents
        self.folder = folder
        self.limits = limits
        self.clock = clock
    }

    /// Does all the work in one transaction and with one sync; reads follow outside of it.
    /// - Returns: what to tell those who wait, once the desk is free again.
    mutating func perform(_ batch: [JournalOperation]) -> [() -> Void] {
        var completions: [() -> Void] = []
        var writes = batch.filter { !$0.isRead }
        do throws(StorageError) {
            let database = try openDatabase()
            flushDeferred(database)
            if !deferredOperations.isEmpty, let failure = stats.lastFailure {
                // A job's end must not be written before its acceptance, which would not find it any more.
                completions = postpone(writes.filter(\.isDeferrable), because: failure)
                writes.removeAll(where: \.isDeferrable)
            }
            if !writes.isEmpty { completions += try commit(writes, in: database) }
        } catch {
            recordFailure(error)
            completions += postpone(writes, because: error)
        }
        for operation in batch where operation.isRead { completions.append(read(operation)) }
        stats.deferred = deferredOperations.count
        return completions
    }

    /// Keeps what may be written later.
    /// - Returns: what to tell those who wait.
    private mutating func postpone(_ writes: [JournalOperation], because failure: StorageError) -> [() -> Void] {
        for operation in writes where operation.isDeferrable {
            if deferredOperations.count < limits.maxJournalQueue { deferredOperations.append(operation) } else { stats.dropped += 1 }
        }
        return writes.map { operation in { operation.fail(failure) } }
    }

    /// Between batches: writes what is owed, and takes away what is too old or too much, a few rows at a time.
    mutating func flushAndPrune() {
        guard let database else { return }
        flushDeferred(database)
        stats.deferred = deferredOperations.count
        guard changesSincePruning >= JournalWorker.pruneInterval else { return }
        changesSincePruning = 0
        do throws(StorageError) { stats.pruned += try Retention(limits, now: clock()).prune(database) } catch { recordFailure(error) }
    }

    /// Writes what is owed and closes the file in good order.
    mutating func close() {
        if let database { flushDeferred(database) }
        database = nil
        lastAttempt = nil
        stats.deferred = deferredOperations.count
    }

    private mutating func openDatabase() throws(StorageError) -> Database {
        if let database { return database }
        if let lastAttempt, Instant.now - lastAttempt < JournalWorker.reopenInterval, let known = stats.lastFailure { throw known }
        lastAttempt = .now
        if runLock == nil { runLock = try RunLock(in: folder) }
        guard let runLock else { throw StorageError(.unopenable, "no mark of this run") }
        let fresh = try Database(folder + "/" + Journal.fileName, run: runLock.number)
        try fresh.execute("PRAGMA page_size = \(JournalWorker.pageBytes)")
        try fresh.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY")
        try fresh.execute(
            "PRAGMA max_page_count = \(max(limits.maxJournalBytes / JournalWorker.pageBytes, 1)); PRAGMA journal_size_limit = 16777216")
        try JournalSchema.migrate(fresh)
        stats.recovered += try Recovery.markInterrupted(fresh, alive: runLock, now: clock())
        database = fresh
        return fresh
    }

    private mutating func commit(_ writes: [JournalOperation], in database: Database) throws(StorageError) -> [() -> Void] {
        var finishes: [JournalOperation.Completion] = []
        try JournalWorker.runTransaction(database) { () throws(StorageError) in
            for operation in writes { finishes.append(try JournalWorker.run(operation, database)) }
        }
        stats.commits += 1
        stats.changes += writes.count
        stats.lastFailure = nil
        changesSincePruning += writes.count
        return finishes.map { finish in { finish(nil) } }
    }

    /// What is owed is written before anything newer, in the order in which it happened.
    private mutating func flushDeferred(_ database: Database) {
        guard !deferredOperations.isEmpty || mustRevert else { return }
        do throws(StorageError) {
            try JournalWorker.runTransaction(database) { () throws(StorageError) in
                for operation in deferredOperations { _ = try JournalWorker.run(operation, database) }
                // With an outcome forgotten, an accepted job would look like a refused one.
                if mustRevert, stats.dropped == 0 { try Recovery.revertUnsent(database, but: pendingIntents, now: clock()) }
            }
            deferredOperations = []
            mustRevert = false
        } catch {
            recordFailure(error)
        }
    }

    private mutating func read(_ operation: JournalOperation) -> () -> Void {
        guard let database else {
            let failure = stats.lastFailure ?? StorageError(.unopenable, "the journal is closed")
            return { operation.fail(failure) }
        }
        let (failure, finish) = operation.run(database)
        if let failure { recordFailure(failure) }
        return { finish(nil) }
    }

    private mutating func recordFailure(_ failure: StorageError) {
        stats.failures += 1
        stats.lastFailure = failure
        guard failure.endsConnection else { return }
        if database != nil { mustRevert = true }
        database = nil
    }

    /// One piece of work inside a transaction. A broken rule takes back its own statement and is told to its own waiter; everything else
    /// ends the transaction for all.
    private static func run(_ operation: JournalOperation, _ database: Database) throws(StorageError) -> JournalOperation.Completion {
        let (failure, finish) = operation.run(database)
        if let failure, failure.kind != .constraint || !database.isInTransaction { throw failure }
        return finish
    }

    /// One transaction outside of any batch; figures tell how it went.
    mutating func tryTransaction(_ body: (Database) throws(StorageError) -> Void) {
        do throws(StorageError) {
            let database = try openDatabase()
            try JournalWorker.runTransaction(database) { () throws(StorageError) in try body(database) }
            stats.lastFailure = nil
        } catch {
            recordFailure(error)
        }
    }

    private static func runTransaction(_ database: Database, _ body: () throws(StorageError) -> Void) throws(StorageError) {
        do throws(StorageError) {
            try database.run("BEGIN IMMEDIATE")
            try body()
            try database.run("COMMIT")
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    private static let pageBytes = 4096
    private static let pruneInterval = 64
    private static let reopenInterval: Duration = .seconds(1)
}

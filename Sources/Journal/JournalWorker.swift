import Glibc
import Net
import Wire

/// The state of the journal's thread: the connection, and the operations that are deferred.
struct JournalWorker: ~Copyable {
    let folder: String
    private let limits: Limits
    private let clock: @Sendable () -> Timestamp
    /// Made with the first connection and kept until the program ends.
    private var runLock: RunLock?
    private var database: Database?
    private var lastAttempt: Instant?
    private var deferredOperations: [JournalOperation] = []
    private let pendingIntents: Journal.PendingIntents
    private let outbox: Outbox
    /// Whether a failed commit may be in the file nevertheless.
    private var mustRevert = false
    private var changesSincePruning = 0
    private(set) var stats = Journal.Stats()

    init(
        folder: String, limits: Limits, pendingIntents: Journal.PendingIntents, outbox: Outbox, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.pendingIntents = pendingIntents
        self.outbox = outbox
        self.folder = folder
        self.limits = limits
        self.clock = clock
    }

    /// Does all writes in one transaction with one sync, then the reads.
    /// - Returns: the completions, to be called once the worker is unlocked.
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

    /// Keeps the deferrable operations of a failed batch for later.
    /// - Returns: the completions for the callers that wait.
    private mutating func postpone(_ writes: [JournalOperation], because failure: StorageError) -> [() -> Void] {
        for operation in writes where operation.isDeferrable {
            if deferredOperations.count < limits.maxJournalQueue { deferredOperations.append(operation) } else { stats.dropped += 1 }
        }
        return writes.map { operation in { operation.fail(failure) } }
    }

    /// Between batches: writes deferred operations, and deletes old rows, a few at a time.
    mutating func flushAndPrune() {
        guard let database else { return }
        flushDeferred(database)
        stats.deferred = deferredOperations.count
        guard changesSincePruning >= JournalWorker.pruneInterval else { return }
        changesSincePruning = 0
        do throws(StorageError) { stats.pruned += try Retention(limits, now: clock()).prune(database) } catch { recordFailure(error) }
    }

    /// Writes deferred operations and closes the file.
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
        guard let runLock else { throw StorageError(.unopenable, "no run lock") }
        let fresh = try Database(folder + "/" + Journal.fileName, run: runLock.number, runLock: runLock)
        try fresh.execute("PRAGMA page_size = \(JournalWorker.pageBytes)")
        try fresh.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY")
        try fresh.execute(
            "PRAGMA max_page_count = \(max(limits.maxJournalBytes / JournalWorker.pageBytes, 1)); PRAGMA journal_size_limit = 16777216")
        try JournalSchema.migrate(fresh)
        stats.recovered += try Recovery.markInterrupted(fresh, alive: runLock, outbox, now: clock())
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

    /// Writes deferred operations before anything newer, in the order in which they happened.
    private mutating func flushDeferred(_ database: Database) {
        guard !deferredOperations.isEmpty || mustRevert else { return }
        do throws(StorageError) {
            try JournalWorker.runTransaction(database) { () throws(StorageError) in
                for operation in deferredOperations { _ = try JournalWorker.run(operation, database) }
                // If an outcome was dropped, an accepted job would look like a refused one.
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

    /// Runs one operation inside a transaction. A violated constraint fails that operation alone; any other error ends the transaction for
    /// all of them.
    private static func run(_ operation: JournalOperation, _ database: Database) throws(StorageError) -> JournalOperation.Completion {
        let (failure, finish) = operation.run(database)
        if let failure, failure.kind != .constraint || !database.isInTransaction { throw failure }
        return finish
    }

    /// Runs one transaction outside of any batch; the outcome shows in `stats`.
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

extension JournalWorker {
    /// Makes a test write of the size of a job if the last write failed or the disk is nearly full. Waiting for a create would not do:
    /// once the server is out of rotation, no client sends one.
    mutating func probeDisk() {
        guard stats.lastFailure != nil || isSpaceScarce else { return }
        tryTransaction { database throws(StorageError) in
            try database.execute(
                "CREATE TABLE IF NOT EXISTS probe (filler BLOB); "
                    + "INSERT INTO probe VALUES (zeroblob(\(JournalWorker.probeBytes))); DROP TABLE probe"
            )
        }
    }

    private var isSpaceScarce: Bool {
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return false }
        let (free, overflows) = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return !overflows && free < JournalWorker.minFreeBytes
    }

    private static let probeBytes = 64 << 10
    private static let minFreeBytes: UInt64 = 1 << 20
}

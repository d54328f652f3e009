import Net
import Wire

/// What the journal's thread works at: the connection, and what could not be written yet.
struct Desk: ~Copyable {
    let folder: String
    private let limits: Limits
    private let clock: @Sendable () -> Timestamp
    /// Made with the first connection and kept for the life of the program.
    private var mark: RunMark?
    private var database: Database?
    private var lastAttempt: Instant?
    private var owed: [Errand] = []
    private let live: LiveIntents
    /// A commit has failed in a way that may have left it in the file.
    private var mustUndo = false
    private var changesSincePruning = 0
    private(set) var figures = Journal.Figures()

    init(folder: String, limits: Limits, live: LiveIntents, clock: @escaping @Sendable () -> Timestamp) {
        self.live = live
        self.folder = folder
        self.limits = limits
        self.clock = clock
    }

    /// Does all the work in one transaction and with one sync; reads follow outside of it.
    /// - Returns: what to tell those who wait, once the desk is free again.
    mutating func perform(_ batch: [Errand]) -> [() -> Void] {
        var told: [() -> Void] = []
        let writes = batch.filter { !$0.isRead }
        do throws(StorageFailure) {
            let database = try opened()
            payDebts(database)
            if !writes.isEmpty { told = try commit(writes, in: database) }
        } catch {
            note(error)
            told = writes.map { errand in { errand.refuse(error) } }
            for errand in writes where errand.isOwed {
                if owed.count < limits.journalQueue { owed.append(errand) } else { figures.forgotten += 1 }
            }
        }
        for errand in batch where errand.isRead { told.append(read(errand)) }
        figures.owed = owed.count
        return told
    }

    /// Between batches: writes what is owed, and takes away what is too old or too much, a few rows at a time.
    mutating func tidy() {
        guard let database else { return }
        payDebts(database)
        figures.owed = owed.count
        guard changesSincePruning >= Desk.pruneEvery else { return }
        changesSincePruning = 0
        do throws(StorageFailure) { figures.pruned += try Pruning(limits, now: clock()).step(database) } catch { note(error) }
    }

    /// Writes what is owed and closes the file in good order.
    mutating func close() {
        if let database { payDebts(database) }
        database = nil
        lastAttempt = nil
        figures.owed = owed.count
    }

    private mutating func opened() throws(StorageFailure) -> Database {
        if let database { return database }
        if let lastAttempt, Instant.now - lastAttempt < Desk.reopenAfter, let known = figures.lastFailure { throw known }
        lastAttempt = .now
        if mark == nil { mark = try RunMark(in: folder) }
        guard let mark else { throw StorageFailure(.unopenable, "no mark of this run") }
        let fresh = try Database(folder + "/" + Journal.file, run: mark.number)
        try fresh.execute("PRAGMA page_size = \(Desk.pageBytes)")
        try fresh.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY")
        try fresh.execute("PRAGMA max_page_count = \(max(limits.journalBytes / Desk.pageBytes, 1)); PRAGMA journal_size_limit = 16777216")
        try Schema.migrate(fresh)
        figures.recovered += try Recovery.tell(fresh, alive: mark, now: clock())
        database = fresh
        return fresh
    }

    private mutating func commit(_ writes: [Errand], in database: Database) throws(StorageFailure) -> [() -> Void] {
        var finishes: [Errand.Finish] = []
        try Desk.transaction(database) { () throws(StorageFailure) in
            for errand in writes { finishes.append(try Desk.step(errand, database)) }
        }
        figures.commits += 1
        figures.changes += writes.count
        figures.lastFailure = nil
        changesSincePruning += writes.count
        return finishes.map { finish in { finish(nil) } }
    }

    /// What is owed is written before anything newer, in the order in which it happened.
    private mutating func payDebts(_ database: Database) {
        guard !owed.isEmpty || mustUndo else { return }
        do throws(StorageFailure) {
            try Desk.transaction(database) { () throws(StorageFailure) in
                for debt in owed { _ = try Desk.step(debt, database) }
                // With an outcome forgotten, an accepted job would look like a refused one.
                if mustUndo, figures.forgotten == 0 { try Recovery.undo(database, but: live, now: clock()) }
            }
            owed = []
            mustUndo = false
        } catch {
            note(error)
        }
    }

    private mutating func read(_ errand: Errand) -> () -> Void {
        guard let database else {
            let failure = figures.lastFailure ?? StorageFailure(.unopenable, "the journal is closed")
            return { errand.refuse(failure) }
        }
        let (failure, finish) = errand.run(database)
        if let failure { note(failure) }
        return { finish(nil) }
    }

    private mutating func note(_ failure: StorageFailure) {
        figures.failures += 1
        figures.lastFailure = failure
        guard failure.endsConnection else { return }
        if database != nil { mustUndo = true }
        database = nil
    }

    /// One piece of work inside a transaction. A broken rule takes back its own statement and is told to its own waiter; everything else
    /// ends the transaction for all.
    private static func step(_ errand: Errand, _ database: Database) throws(StorageFailure) -> Errand.Finish {
        let (failure, finish) = errand.run(database)
        if let failure, failure.kind != .constraint || !database.isInTransaction { throw failure }
        return finish
    }

    /// One transaction outside of any batch; figures tell how it went.
    mutating func attempt(_ body: (Database) throws(StorageFailure) -> Void) {
        do throws(StorageFailure) {
            let database = try opened()
            try Desk.transaction(database) { () throws(StorageFailure) in try body(database) }
            figures.lastFailure = nil
        } catch {
            note(error)
        }
    }

    private static func transaction(_ database: Database, _ body: () throws(StorageFailure) -> Void) throws(StorageFailure) {
        do throws(StorageFailure) {
            try database.run("BEGIN IMMEDIATE")
            try body()
            try database.run("COMMIT")
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    private static let pageBytes = 4096
    private static let pruneEvery = 64
    private static let reopenAfter: Duration = .seconds(1)
}

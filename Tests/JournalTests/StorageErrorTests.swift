import Glibc
import Jobs
import Testing
import Wire

@testable import Journal

struct StorageErrorTests {
    private let fixture = JournalFixture()
    private let copied = "owner, created, state, account, vendor, model, asked, dialect, operation"
    private var columns: String { "run, id, " + copied }

    private func kind(_ body: () async throws(StorageError) -> Void) async -> StorageError.Kind? {
        do throws(StorageError) {
            try await body()
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func `intents of a run that is gone are ambiguous, those of a living one are not`() async throws {
        let living = fixture.journal()
        try await living.recordIntent(fixture.jobRecord("mine"))
        #expect(try await fixture.journal().open() == 0)
        #expect(try await living.jobRecord("mine")?.state == .intended)
        // As an earlier run would have left it: its number is not locked.
        let database = try Database(fixture.path, run: 4711)
        try database.execute("INSERT INTO jobs (\(columns)) SELECT 4711, 'theirs', \(copied) FROM jobs")
        fixture.advance(.seconds(30))
        let next = fixture.journal()
        #expect(try await next.open() == 1)
        let found = try await next.jobRecords(state: .ambiguous)
        #expect(found.map(\.id) == ["theirs"])
        #expect(found[0].fault?.kind == .createAmbiguous && found[0].fault?.sent == .maybe && found[0].fault?.code == "create_ambiguous")
        #expect(found[0].ended == found[0].created + .seconds(30) && found[0].trace != nil)
        #expect(try await living.jobRecord("mine")?.state == .intended)
    }

    @Test func `a file that is no journal is reported as corrupt and left alone`() async throws {
        fixture.write(String(repeating: "not a database at all\n", count: 500))
        let journal = fixture.journal()
        #expect(await kind { () async throws(StorageError) in _ = try await journal.open() } == .corrupt)
        #expect(await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i")) } == .corrupt)
        #expect(await kind { () async throws(StorageError) in _ = try await journal.jobRecord("i") } == .corrupt)
        var status = stat()
        #expect(stat(fixture.path, &status) == 0 && status.st_size == 11_000)
    }

    @Test func `a damaged page is reported as corrupt`() async throws {
        let journal = fixture.journal()
        for number in 0..<50 { try await journal.recordIntent(fixture.jobRecord("i\(number)")) }
        await journal.close()
        let file = try #require(fopen(fixture.path, "r+"))
        for page in 1..<12 {
            fseek(file, page * 4096, SEEK_SET)
            fputs(String(repeating: "\u{7F}", count: 4096), file)
        }
        fclose(file)
        #expect(await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("more")) } == .corrupt)
    }

    @Test func `a journal of a newer program is not touched`() async throws {
        _ = try await fixture.journal().open()
        try Database(fixture.path, run: 1).execute("PRAGMA user_version = 99")
        let journal = fixture.journal()
        #expect(await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i")) } == .newer)
    }

    @Test func `a missing folder is reported, and used once it exists`() async throws {
        let limits = Limits()
        let folder = fixture.folder + "/later"
        let journal = Journal(in: folder, limits: limits) { [fixture] in fixture.now }
        #expect(await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i")) } == .unopenable)
        mkdir(folder, 0o700)
        usleep(1_100_000)
        #expect(await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i")) } == nil)
        await journal.close()
        for file in ["journal.sqlite", "runs"] { unlink(folder + "/" + file) }
        rmdir(folder)
    }

    @Test func `a journal that cannot be written is known for it, and recovers without anyone asking for a job`() async throws {
        let folder = fixture.folder + "/blocked"
        mkdir(folder, 0o700)
        mkdir(folder + "/journal.sqlite", 0o700)
        let journal = Journal(in: folder, limits: Limits()) { [fixture] in fixture.now }
        #expect(journal.failure == nil)
        _ = try? await journal.open()
        #expect(journal.failure?.kind == .unopenable)
        rmdir(folder + "/journal.sqlite")
        #expect(await recovers(journal))
        #expect(await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i")) } == nil)
        await journal.close()
        for file in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "runs"] { unlink(folder + "/" + file) }
        rmdir(folder)
    }

    @Test func `a full journal is reported until there is space`() async throws {
        let journal = fixture.journal { $0.maxJournalBytes = 40 * 4096 }
        for number in 0..<2000 where journal.failure == nil {
            _ = await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i\(number)")) }
        }
        #expect(journal.failure?.kind == .full)
        journal.maintain()
        await journal.close()
        #expect(journal.failure?.kind == .full)
        let roomier = fixture.journal()
        #expect(try await roomier.open() >= 0 && roomier.failure == nil)
        await roomier.close()
    }

    private func recovers(_ journal: Journal) async -> Bool {
        for _ in 0..<60 {
            journal.maintain()
            if journal.failure == nil { return true }
            usleep(50_000)
        }
        return false
    }

    @Test func `a full journal refuses intents, answers queries, and defers outcomes until there is space`() async throws {
        let journal = fixture.journal { $0.maxJournalBytes = 40 * 4096 }
        var accepted: [String] = []
        var refusal: StorageError.Kind?
        for number in 0..<2000 where refusal == nil {
            refusal = await kind { () async throws(StorageError) in try await journal.recordIntent(fixture.jobRecord("i\(number)")) }
            if refusal == nil { accepted.append("i\(number)") }
        }
        #expect(refusal == .full)
        #expect(!accepted.isEmpty)
        #expect(try await journal.jobRecords(limit: 5000).count == accepted.count)
        // Longer ids, until an outcome does not fit either.
        var owing: String?
        for id in accepted where owing == nil {
            let longer = id + String(repeating: "x", count: 3000)
            if await kind({ () async throws(StorageError) in try await journal.recordAccepted(id, as: longer) }) != nil { owing = longer }
        }
        let deferred = try #require(owing)
        #expect(journal.stats.deferred == 1)
        #expect(try await journal.jobRecord(deferred) == nil)
        await journal.close()
        let roomy = try Database(fixture.path, run: 1)
        try roomy.run("DELETE FROM jobs WHERE id <> ?", .text(String(deferred.prefix { $0 != "x" })))
        try roomy.execute("VACUUM")
        #expect(try await journal.jobRecord(deferred)?.state == .accepted)
        #expect(journal.stats.deferred == 0)
    }

    @Test func `what was refused and stands in the file all the same is taken back, what is under way is not`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("under way"))
        let database = try Database(fixture.path, run: 1)
        try database.execute("INSERT INTO jobs (\(columns)) SELECT run, 'refused', \(copied) FROM jobs")
        let mark = try RunLock(in: fixture.folder)
        let run = try #require(try database.queryNumber("SELECT run FROM jobs LIMIT 1"))
        try Recovery.revertUnsent(Database(fixture.path, run: run), but: journal.pendingIntents, now: fixture.now)
        #expect(try await journal.jobRecord("refused")?.state == .notSent)
        #expect(try await journal.jobRecord("under way")?.state == .intended)
        #expect(mark.isAlive(run) && mark.isAlive(mark.number) && !mark.isAlive(4711))
    }

    @Test func `each failure has a fault that says nothing was sent`() {
        for kind in StorageError.Kind.allCases {
            let fault = StorageError(kind, "detail").fault
            #expect([.storage, .storageFull].contains(fault.kind) && fault.sent == .no && !fault.message.contains("detail"))
            #expect((fault.code == "storage_full") == (kind == .full))
        }
    }
}

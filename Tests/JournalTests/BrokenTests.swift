import Glibc
import Jobs
import Testing
import Wire

@testable import Journal

struct BrokenTests {
    private let desktop = Desktop()
    private let copied = "owner, created, state, account, vendor, model, asked, dialect, operation"
    private var columns: String { "run, id, " + copied }

    private func kind(_ body: () async throws(StorageFailure) -> Void) async -> StorageFailure.Kind? {
        do throws(StorageFailure) {
            try await body()
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func `intents of a run that is gone are ambiguous, those of a living one are not`() async throws {
        let living = desktop.journal()
        try await living.intend(desktop.entry("mine"))
        #expect(try await desktop.journal().open() == 0)
        #expect(try await living.entry("mine")?.state == .intended)
        // As an earlier run would have left it: its number is locked by nobody.
        let database = try Database(desktop.path, run: 4711)
        try database.execute("INSERT INTO jobs (\(columns)) SELECT 4711, 'theirs', \(copied) FROM jobs")
        desktop.advance(.seconds(30))
        let next = desktop.journal()
        #expect(try await next.open() == 1)
        let found = try await next.entries(state: .ambiguous)
        #expect(found.map(\.id) == ["theirs"])
        #expect(found[0].fault?.kind == .createAmbiguous && found[0].fault?.sent == .maybe && found[0].fault?.code == "create_ambiguous")
        #expect(found[0].ended == found[0].created + .seconds(30) && found[0].trace != nil)
        #expect(try await living.entry("mine")?.state == .intended)
    }

    @Test func `a file that is no journal is told as corrupt and left alone`() async throws {
        desktop.write(String(repeating: "not a database at all\n", count: 500))
        let journal = desktop.journal()
        #expect(await kind { () async throws(StorageFailure) in _ = try await journal.open() } == .corrupt)
        #expect(await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i")) } == .corrupt)
        #expect(await kind { () async throws(StorageFailure) in _ = try await journal.entry("i") } == .corrupt)
        var status = stat()
        #expect(stat(desktop.path, &status) == 0 && status.st_size == 11_000)
    }

    @Test func `a damaged page is told as corrupt`() async throws {
        let journal = desktop.journal()
        for number in 0..<50 { try await journal.intend(desktop.entry("i\(number)")) }
        await journal.close()
        let file = try #require(fopen(desktop.path, "r+"))
        for page in 1..<12 {
            fseek(file, page * 4096, SEEK_SET)
            fputs(String(repeating: "\u{7F}", count: 4096), file)
        }
        fclose(file)
        #expect(await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("more")) } == .corrupt)
    }

    @Test func `a journal of a newer program is not touched`() async throws {
        _ = try await desktop.journal().open()
        try Database(desktop.path, run: 1).execute("PRAGMA user_version = 99")
        let journal = desktop.journal()
        #expect(await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i")) } == .newer)
    }

    @Test func `a folder that is not there is told, and used once it is`() async throws {
        let limits = Limits()
        let folder = desktop.folder + "/later"
        let journal = Journal(in: folder, limits: limits) { [desktop] in desktop.now }
        #expect(await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i")) } == .unopenable)
        mkdir(folder, 0o700)
        usleep(1_100_000)
        #expect(await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i")) } == nil)
        await journal.close()
        for file in ["journal.sqlite", "runs"] { unlink(folder + "/" + file) }
        rmdir(folder)
    }

    @Test func `a journal that cannot be written is known for it, and recovers without anyone asking for a job`() async throws {
        let folder = desktop.folder + "/blocked"
        mkdir(folder, 0o700)
        mkdir(folder + "/journal.sqlite", 0o700)
        let journal = Journal(in: folder, limits: Limits()) { [desktop] in desktop.now }
        #expect(journal.failure == nil)
        _ = try? await journal.open()
        #expect(journal.failure?.kind == .unopenable)
        rmdir(folder + "/journal.sqlite")
        #expect(await recovers(journal))
        #expect(await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i")) } == nil)
        await journal.close()
        for file in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "runs"] { unlink(folder + "/" + file) }
        rmdir(folder)
    }

    @Test func `a journal that is full stays known for it until there is room`() async throws {
        let journal = desktop.journal { $0.journalBytes = 40 * 4096 }
        for number in 0..<2000 where journal.failure == nil {
            _ = await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i\(number)")) }
        }
        #expect(journal.failure?.kind == .full)
        journal.tend()
        await journal.close()
        #expect(journal.failure?.kind == .full)
        let roomier = desktop.journal()
        #expect(try await roomier.open() >= 0 && roomier.failure == nil)
        await roomier.close()
    }

    private func recovers(_ journal: Journal) async -> Bool {
        for _ in 0..<60 {
            journal.tend()
            if journal.failure == nil { return true }
            usleep(50_000)
        }
        return false
    }

    @Test func `a full journal refuses intents, answers questions, and owes outcomes until there is room`() async throws {
        let journal = desktop.journal { $0.journalBytes = 40 * 4096 }
        var accepted: [String] = []
        var refusal: StorageFailure.Kind?
        for number in 0..<2000 where refusal == nil {
            refusal = await kind { () async throws(StorageFailure) in try await journal.intend(desktop.entry("i\(number)")) }
            if refusal == nil { accepted.append("i\(number)") }
        }
        #expect(refusal == .full)
        #expect(!accepted.isEmpty)
        #expect(try await journal.entries(limit: 5000).count == accepted.count)
        // Longer ids until an outcome finds no room either.
        var owing: String?
        for id in accepted where owing == nil {
            let longer = id + String(repeating: "x", count: 3000)
            if await kind({ () async throws(StorageFailure) in try await journal.accept(id, as: longer) }) != nil { owing = longer }
        }
        let owed = try #require(owing)
        #expect(journal.figures.owed == 1)
        #expect(try await journal.entry(owed) == nil)
        await journal.close()
        let roomy = try Database(desktop.path, run: 1)
        try roomy.run("DELETE FROM jobs WHERE id <> ?", .text(String(owed.prefix { $0 != "x" })))
        try roomy.execute("VACUUM")
        #expect(try await journal.entry(owed)?.state == .accepted)
        #expect(journal.figures.owed == 0)
    }

    @Test func `what was refused and stands in the file all the same is taken back, what is under way is not`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("under way"))
        let database = try Database(desktop.path, run: 1)
        try database.execute("INSERT INTO jobs (\(columns)) SELECT run, 'refused', \(copied) FROM jobs")
        let mark = try RunMark(in: desktop.folder)
        let run = try #require(try database.number("SELECT run FROM jobs LIMIT 1"))
        try Recovery.undo(Database(desktop.path, run: run), but: journal.live, now: desktop.now)
        #expect(try await journal.entry("refused")?.state == .neverSent)
        #expect(try await journal.entry("under way")?.state == .intended)
        #expect(mark.isAlive(run) && mark.isAlive(mark.number) && !mark.isAlive(4711))
    }

    @Test func `each failure has a fault that says nothing was sent`() {
        for kind in StorageFailure.Kind.allCases {
            let fault = StorageFailure(kind, "detail").fault
            #expect(fault.kind == .storage && fault.sent == .no && !fault.message.contains("detail"))
            #expect((fault.code == "storage_full") == (kind == .full))
        }
    }
}

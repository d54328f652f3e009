import Jobs
import Testing
import Wire

@testable import Journal

/// What is too old or too much goes, but nothing by which a job that may still run is found.
struct RetentionTests {
    private let desktop = Desktop()

    /// Rows of every kind, the oldest first, and what is left of them after pruning.
    private func left(after age: Duration, days: Int = 90, jobs: Int) async throws -> [String] {
        var limits = Limits()
        limits.journalDays = days
        limits.journalJobs = jobs
        let journal = desktop.journal { $0 = limits }
        for name in ["whole", "reference", "done reference", "failed reference", "offered"] {
            try await journal.intend(desktop.entry(name))
            try await journal.accept(name, as: name, found: name.hasSuffix("reference") ? "sealed" : nil)
        }
        journal.end("done reference", nil, at: desktop.now)
        journal.end("failed reference", Fault(.vendorFailed, "no"), at: desktop.now)
        var entry = desktop.entry("offered")
        entry.tried = ["a m"]
        _ = try await journal.offer(entry, after: "offered", within: nil)
        try await journal.arrive("offered", current: "sealed")
        try await journal.intend(desktop.entry("intent"))
        await journal.close()
        desktop.advance(age)
        let database = try Database(desktop.path, run: 1)
        _ = try Pruning(limits, now: desktop.now).step(database)
        return try database.rows("SELECT id FROM jobs ORDER BY number") { $0.text(0) }
    }

    @Test func `while a job may run, its ticket stays although there are too many jobs`() async throws {
        #expect(try await left(after: .seconds(47 * 3600), jobs: 1) == ["reference", "done reference", "offered", "intent"])
    }

    @Test func `while a job may run, its ticket stays although it is too old for the list`() async throws {
        #expect(try await left(after: .seconds(47 * 3600), days: 1, jobs: 100) == ["reference", "done reference", "offered", "intent"])
    }

    @Test func `once no job can run any more, all go but what is under way`() async throws {
        #expect(try await left(after: .seconds(49 * 3600), jobs: 1) == ["intent"])
    }
}

import Jobs
import Testing
import Wire

@testable import Journal

/// What is too old or too much goes, but nothing by which a job that may still run is found.
struct RetentionTests {
    private let fixture = JournalFixture()

    /// Rows of every kind, the oldest first, and what is left of them after pruning.
    private func left(after age: Duration, days: Int = 90, jobs: Int) async throws -> [String] {
        var limits = Limits()
        limits.journalRetentionDays = days
        limits.maxJournalJobs = jobs
        let journal = fixture.journal { $0 = limits }
        for name in ["whole", "reference", "done reference", "failed reference", "offered"] {
            try await journal.recordIntent(fixture.jobRecord(name))
            try await journal.recordAccepted(name, as: name, sealedClaims: name.hasSuffix("reference") ? "sealed" : nil)
        }
        journal.recordEnd("done reference", nil, at: fixture.now)
        journal.recordEnd("failed reference", Fault(.vendorFailed, "no"), at: fixture.now)
        var entry = fixture.jobRecord("offered")
        entry.failedAttempts = ["a m"]
        _ = try await journal.recordFailover(entry, after: "offered", within: nil)
        try await journal.recordFailoverAccepted("offered", current: "sealed")
        try await journal.recordIntent(fixture.jobRecord("intent"))
        await journal.close()
        fixture.advance(age)
        let database = try Database(fixture.path, run: 1)
        _ = try Retention(limits, now: fixture.now).prune(database)
        return try database.query("SELECT id FROM jobs ORDER BY number") { $0.text(0) }
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

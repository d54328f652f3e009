import Jobs
import Testing
import Wire

@testable import Journal

/// What owners' jobs cost, and what they may.
struct SpendingTests {
    private let fixture = JournalFixture()

    private func spent(_ journal: Journal, since: Timestamp? = nil) async throws -> Int64 {
        try await journal.spent(by: "studio", since: since ?? fixture.now).micros
    }

    @Test func `what is reserved counts, what is settled takes its place, what came to nothing is released`() async throws {
        let journal = fixture.journal()
        for number in 1...4 { try await journal.recordIntent(fixture.jobRecord("i\(number)")) }
        #expect(try await spent(journal) == 1_600_000)
        for number in 1...3 { try await journal.recordAccepted("i\(number)", as: "v\(number)") }
        journal.recordEnd("v1", nil, settled: Money(micros: 123_456), at: fixture.now)
        journal.recordEnd("v1", nil, settled: Money(micros: 9_999_999), at: fixture.now)
        journal.recordEnd("v2", Fault(.vendorFailed, "x"), settled: .zero, at: fixture.now)
        journal.recordEnd("v3", nil, at: fixture.now)
        try await journal.markNotSent("i4", because: Fault(.vendorUnavailable, "down"), at: fixture.now)
        #expect(try await spent(journal) == 523_456)
        #expect(try await journal.spent(by: "other", since: fixture.now) == .zero)
    }

    @Test func `a job of unknown outcome stays counted`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("i"))
        try await journal.markAmbiguous("i", because: Fault(.createAmbiguous, "x"), trace: nil, at: fixture.now)
        #expect(try await spent(journal) == 400_000)
    }

    @Test func `days are apart, and a job counts on the day on which it was made`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("i"))
        try await journal.recordAccepted("i", as: "v")
        let first = fixture.now
        fixture.advance(.seconds(86_400))
        try await journal.recordIntent(fixture.jobRecord("j"))
        journal.recordEnd("v", nil, settled: Money(micros: 100_000), at: fixture.now)
        #expect(try await spent(journal) == 400_000)
        #expect(try await spent(journal, since: first) == 500_000)
        #expect(try await spent(journal, since: Timestamp(unix: 0)) == 500_000)
    }

    @Test func `what is pruned stays spent`() async throws {
        let journal = fixture.journal {
            $0.journalRetentionDays = 3
            $0.maxJournalJobs = 1000
        }
        try await journal.recordIntent(fixture.jobRecord("i"))
        try await journal.recordAccepted("i", as: "v")
        journal.recordEnd("v", nil, at: fixture.now)
        fixture.advance(.seconds(5 * 86_400))
        for number in 0..<70 { try await journal.markNotSent("none \(number)", because: Fault(.vendorUnavailable, "x"), at: fixture.now) }
        #expect(try await journal.jobRecord("v") == nil)
        #expect(try await spent(journal, since: Timestamp(unix: 0)) == 400_000)
    }

    @Test func `of many at once as many fit below the ceiling as can be paid`() async throws {
        let journal = fixture.journal()
        let ceiling = SpendingLimit(Money(micros: 2_000_000), since: fixture.now)
        let refused = await withTaskGroup(of: BudgetDecision?.self) { group -> [Money] in
            for number in 0..<40 {
                group.addTask { [fixture] in try? await journal.recordIntent(fixture.jobRecord("i\(number)"), within: ceiling) }
            }
            var spent: [Money] = []
            for await fit in group { if case .exceeded(let amount) = fit { spent.append(amount) } }
            return spent
        }
        #expect(refused.count == 35 && refused.allSatisfy { $0 == Money(micros: 2_000_000) })
        #expect(try await spent(journal) == 2_000_000)
        #expect(try await journal.jobRecords().count == 5)
        let free = try #require(try await journal.jobRecords().first?.id)
        try await journal.markNotSent(free, because: Fault(.vendorUnavailable, "x"), at: fixture.now)
        #expect(try await journal.recordIntent(fixture.jobRecord("after all"), within: ceiling) == .fits)
        #expect(
            try await journal.recordIntent(fixture.jobRecord("too much"), within: ceiling) == .exceeded(spent: Money(micros: 2_000_000)))
    }

    @Test func `what costs nothing always fits`() async throws {
        let journal = fixture.journal()
        for (name, cost) in [("free", Money.zero), ("unknown", nil)] {
            var entry = fixture.jobRecord(name)
            entry.reserved = cost
            #expect(try await journal.recordIntent(entry, within: SpendingLimit(.zero, since: fixture.now)) == .fits)
        }
    }

    @Test func `a file of the first version knows what was spent`() async throws {
        let database = try Database(fixture.path, run: 1)
        try JournalSchema.migrate(database, steps: Array(JournalSchema.steps.prefix(1)))
        for (number, settled) in ["NULL", "250000"].enumerated() {
            try database.execute(
                """
                INSERT INTO jobs (owner, id, created, state, account, vendor, model, asked, dialect, operation, reserved, settled)
                VALUES ('studio', 'v\(number)', \(fixture.now.unixMilliseconds), 'done', 'a', 'v', 'm', 'm', 'openai', 'generate', 400000,
                    \(settled))
                """)
        }
        #expect(try await spent(fixture.journal()) == 650_000)
    }
}

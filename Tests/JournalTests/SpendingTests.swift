import Jobs
import Testing
import Wire

@testable import Journal

/// What owners' jobs cost, and what they may.
struct SpendingTests {
    private let desktop = Desktop()

    private func spent(_ journal: Journal, since: Timestamp? = nil) async throws -> Int64 {
        try await journal.spent(by: "studio", since: since ?? desktop.now).micros
    }

    @Test func `what is reserved counts, what is settled takes its place, what came to nothing is released`() async throws {
        let journal = desktop.journal()
        for number in 1...4 { try await journal.intend(desktop.entry("i\(number)")) }
        #expect(try await spent(journal) == 1_600_000)
        for number in 1...3 { try await journal.accept("i\(number)", as: "v\(number)") }
        journal.end("v1", nil, settled: Money(micros: 123_456), at: desktop.now)
        journal.end("v1", nil, settled: Money(micros: 9_999_999), at: desktop.now)
        journal.end("v2", Fault(.vendorFailed, "x"), settled: .zero, at: desktop.now)
        journal.end("v3", nil, at: desktop.now)
        try await journal.withdraw("i4", because: Fault(.vendorUnavailable, "down"), at: desktop.now)
        #expect(try await spent(journal) == 523_456)
        #expect(try await journal.spent(by: "other", since: desktop.now) == .zero)
    }

    @Test func `a job whose fate nobody knows stays counted`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("i"))
        try await journal.doubt("i", because: Fault(.createAmbiguous, "x"), trace: nil, at: desktop.now)
        #expect(try await spent(journal) == 400_000)
    }

    @Test func `days are apart, and a job counts on the day on which it was made`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("i"))
        try await journal.accept("i", as: "v")
        let first = desktop.now
        desktop.advance(.seconds(86_400))
        try await journal.intend(desktop.entry("j"))
        journal.end("v", nil, settled: Money(micros: 100_000), at: desktop.now)
        #expect(try await spent(journal) == 400_000)
        #expect(try await spent(journal, since: first) == 500_000)
        #expect(try await spent(journal, since: Timestamp(unix: 0)) == 500_000)
    }

    @Test func `what is pruned stays spent`() async throws {
        let journal = desktop.journal {
            $0.journalDays = 3
            $0.journalJobs = 1000
        }
        try await journal.intend(desktop.entry("i"))
        try await journal.accept("i", as: "v")
        journal.end("v", nil, at: desktop.now)
        desktop.advance(.seconds(5 * 86_400))
        for number in 0..<70 { try await journal.withdraw("none \(number)", because: Fault(.vendorUnavailable, "x"), at: desktop.now) }
        #expect(try await journal.entry("v") == nil)
        #expect(try await spent(journal, since: Timestamp(unix: 0)) == 400_000)
    }

    @Test func `of many at once as many fit below the ceiling as can be paid`() async throws {
        let journal = desktop.journal()
        let ceiling = Ceiling(Money(micros: 2_000_000), since: desktop.now)
        let refused = await withTaskGroup(of: Fit?.self) { group -> [Money] in
            for number in 0..<40 {
                group.addTask { [desktop] in try? await journal.intend(desktop.entry("i\(number)"), within: ceiling) }
            }
            var spent: [Money] = []
            for await fit in group { if case .tooDear(let amount) = fit { spent.append(amount) } }
            return spent
        }
        #expect(refused.count == 35 && refused.allSatisfy { $0 == Money(micros: 2_000_000) })
        #expect(try await spent(journal) == 2_000_000)
        #expect(try await journal.entries().count == 5)
        let free = try #require(try await journal.entries().first?.id)
        try await journal.withdraw(free, because: Fault(.vendorUnavailable, "x"), at: desktop.now)
        #expect(try await journal.intend(desktop.entry("after all"), within: ceiling) == .fits)
        #expect(try await journal.intend(desktop.entry("too much"), within: ceiling) == .tooDear(spent: Money(micros: 2_000_000)))
    }

    @Test func `what costs nothing always fits`() async throws {
        let journal = desktop.journal()
        for (name, cost) in [("free", Money.zero), ("unknown", nil)] {
            var entry = desktop.entry(name)
            entry.reserved = cost
            #expect(try await journal.intend(entry, within: Ceiling(.zero, since: desktop.now)) == .fits)
        }
    }

    @Test func `a file of the first version knows what was spent`() async throws {
        let database = try Database(desktop.path, run: 1)
        try Schema.migrate(database, steps: Array(Schema.steps.prefix(1)))
        for (number, settled) in ["NULL", "250000"].enumerated() {
            try database.execute(
                """
                INSERT INTO jobs (owner, id, created, state, account, vendor, model, asked, dialect, operation, reserved, settled)
                VALUES ('studio', 'v\(number)', \(desktop.now.unixMilliseconds), 'done', 'a', 'v', 'm', 'm', 'openai', 'generate', 400000,
                    \(settled))
                """)
        }
        #expect(try await spent(desktop.journal()) == 650_000)
    }
}

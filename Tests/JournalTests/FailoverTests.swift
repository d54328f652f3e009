import Jobs
import Testing
import Wire

@testable import Journal

/// A job that failed and is offered to another model, under the id that its owner has.
struct FailoverTests {
    private let fixture = JournalFixture()
    private let storedRequest = StoredRequest(path: "/v1/videos", query: "", type: "application/json", body: Bytes("{}".utf8))

    private func started(_ journal: Journal) async throws {
        try await journal.recordIntent(fixture.jobRecord("i"), storedRequest: storedRequest)
        try await journal.recordAccepted("i", as: "v")
    }

    private var second: JobRecord {
        var entry = fixture.jobRecord("v")
        (entry.account, entry.model, entry.failedAttempts, entry.failoverNotice) = ("b", "n", ["a m"], "It failed there.")
        entry.reserved = Money(micros: 700_000)
        return entry
    }

    private func isRecorded(_ offer: Journal.FailoverDecision) -> Bool { if case .recorded = offer { true } else { false } }

    @Test func `the row takes the next attempt and its cost`() async throws {
        let journal = fixture.journal()
        try await started(journal)
        #expect(try await journal.storedRequest(of: "v") == storedRequest)
        #expect(isRecorded(try await journal.recordFailover(second, after: "v", within: nil)))
        var entry = try #require(try await journal.jobRecord("v"))
        #expect(
            entry.state == .intended && entry.account == "b" && entry.model == "n" && entry.failedAttempts == ["a m"]
                && entry.currentAttempt == nil)
        #expect(try await journal.page(of: "studio", after: nil, limit: 9, newestFirst: true)?.entries.map(\.id) == ["v"])
        try await journal.recordFailoverAccepted("v", current: "sealed")
        entry = try #require(try await journal.jobRecord("v"))
        #expect(entry.state == .accepted && entry.currentAttempt == "sealed" && entry.failoverNotice == "It failed there.")
        #expect(try await journal.spent(by: "studio", since: fixture.now) == Money(micros: 700_000))
        journal.recordEnd("v", nil, at: fixture.now)
        #expect(try await journal.storedRequest(of: "v") == nil)
        #expect(try await journal.jobRecord("v")?.settled == Money(micros: 700_000))
    }

    @Test func `one attempt is offered on once, and none that has ended`() async throws {
        let journal = fixture.journal()
        try await started(journal)
        #expect(isRecorded(try await journal.recordFailover(second, after: "v", within: nil)))
        #expect(!isRecorded(try await journal.recordFailover(second, after: "v", within: nil)))
        try await journal.recordFailoverAccepted("v", current: "sealed")
        #expect(!isRecorded(try await journal.recordFailover(second, after: "v", within: nil)))
        #expect(isRecorded(try await journal.recordFailover(second, after: "sealed", within: nil)))
        try await journal.markFailoverNotSent("v")
        journal.recordEnd("v", Fault(.vendorFailed, "x"), settled: .zero, at: fixture.now)
        #expect(!isRecorded(try await journal.recordFailover(second, after: "sealed", within: nil)))
        #expect(try await journal.spent(by: "studio", since: fixture.now) == .zero)
    }

    @Test func `what the failed attempt would have cost may be spent on the next, and no more`() async throws {
        let journal = fixture.journal()
        try await started(journal)
        let tight = SpendingLimit(Money(micros: 699_999), since: fixture.now)
        guard case .exceeded(let spent) = try await journal.recordFailover(second, after: "v", within: tight) else {
            Issue.record("it was let through")
            return
        }
        #expect(spent == .zero)
        #expect(try await journal.jobRecord("v")?.state == .accepted)
        #expect(
            isRecorded(
                try await journal.recordFailover(second, after: "v", within: SpendingLimit(Money(micros: 700_000), since: fixture.now))))
    }

    @Test func `a run that ends inside an offer leaves a job that may have been accepted`() async throws {
        do {
            let journal = fixture.journal()
            try await started(journal)
            #expect(isRecorded(try await journal.recordFailover(second, after: "v", within: nil)))
            await journal.close()
        }
        // A run that has ended has let go of its mark.
        let database = try Database(fixture.path, run: 7)
        try database.execute("UPDATE jobs SET run = 12345")
        let journal = fixture.journal()
        #expect(try await journal.open() == 1)
        let entry = try #require(try await journal.jobRecord("v"))
        #expect(entry.state == .ambiguous && entry.fault?.code == "create_ambiguous")
        #expect(try await journal.spent(by: "studio", since: fixture.now) == Money(micros: 700_000))
    }

    @Test func `a request is kept no longer than its job needs it`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("one"), storedRequest: storedRequest)
        try await journal.markNotSent("one", because: Fault(.vendorUnavailable, "x"), at: fixture.now)
        try await journal.recordIntent(fixture.jobRecord("two"), storedRequest: storedRequest)
        try await journal.recordAccepted("two", as: "v2")
        try await journal.markDeleted(fixture.jobRecord("v2"), at: fixture.now)
        #expect(try await journal.storedRequest(of: "one") == nil)
        #expect(try await journal.storedRequest(of: "v2") == nil)
    }

    @Test func `the running jobs of an account are found, and only those`() async throws {
        let journal = fixture.journal()
        for number in 1...3 {
            try await journal.recordIntent(fixture.jobRecord("i\(number)"))
            try await journal.recordAccepted("i\(number)", as: "v\(number)")
        }
        journal.recordEnd("v2", nil, at: fixture.now)
        #expect(try await journal.runningJobs(on: "a", since: fixture.now, limit: 9).map(\.id) == ["v3", "v1"])
        #expect(try await journal.runningJobs(on: "b", since: fixture.now, limit: 9).isEmpty)
        #expect(try await journal.runningJobs(on: "a", since: fixture.now + .seconds(1), limit: 9).isEmpty)
    }
}

import Jobs
import Testing
import Wire

@testable import Journal

/// The rows of kept results: who copies them, which are evicted, and that nothing is removed that is still wanted.
struct ResultsTests {
    private let fixture = JournalFixture()

    private func end(_ id: String, in journal: Journal, mayBeKept: Bool = true, kinds: [String] = ["video"]) async throws {
        var record = fixture.jobRecord("i-" + id)
        record.mayBeKept = mayBeKept
        try await journal.recordIntent(record)
        try await journal.recordAccepted("i-" + id, as: id)
        journal.recordEnd(id, nil, keeping: kinds.map { NewResult(kind: $0, key: "\(id)-\($0)") }, at: fixture.now)
    }

    private func keep(_ id: String, bytes: Int64 = 100, in journal: Journal, life: Duration = .seconds(1000)) async throws {
        try await end(id, in: journal)
        let claimed = try await journal.claimResults(limit: 1, now: fixture.now)
        #expect(claimed.map(\.id) == [id])
        let stored = StoredBytes(length: bytes, type: "video/mp4", tag: "\"t\"", checksum: "00")
        #expect(try await journal.recordKept(claimed[0], stored, at: fixture.now, until: fixture.now + life))
    }

    @Test func `the results of a done job are added once with its end`() async throws {
        let journal = fixture.journal()
        try await end("1", in: journal, kinds: ["video", "thumbnail"])
        journal.recordEnd("1", nil, keeping: [NewResult(kind: "video", key: "another")], at: fixture.now)
        let rows = try await journal.results(of: "1")
        #expect(rows.map(\.kind) == ["video", "thumbnail"] && rows.map(\.key) == ["1-video", "1-thumbnail"])
        #expect(rows.allSatisfy { $0.state == .pending && $0.owner == "studio" && $0.ended == fixture.now })
    }

    @Test func `neither a failed job nor one that must not be kept has results`() async throws {
        let journal = fixture.journal()
        try await end("private", in: journal, mayBeKept: false)
        try await journal.recordIntent(fixture.jobRecord("i"))
        try await journal.recordAccepted("i", as: "failed")
        journal.recordEnd("failed", Fault(.vendorFailed, "no"), keeping: [NewResult(kind: "video", key: "k")], at: fixture.now)
        #expect(try await journal.results(of: "private").isEmpty)
        #expect(try await journal.results(of: "failed").isEmpty)
    }

    @Test func `a result is claimed by one program, and by another one when the first has ended`() async throws {
        var first: Journal? = fixture.journal()
        let second = fixture.journal()
        try await end("1", in: #require(first))
        #expect(try await #require(first).claimResults(limit: 9, now: fixture.now).map(\.id) == ["1"])
        #expect(try await #require(first).claimResults(limit: 9, now: fixture.now).isEmpty)
        #expect(try await second.claimResults(limit: 9, now: fixture.now).isEmpty)
        await first?.close()
        first = nil
        let deadline = ContinuousClock.now + .seconds(20)
        var claimed: [KeptResult] = []
        while claimed.isEmpty, ContinuousClock.now < deadline {
            claimed = try await second.claimResults(limit: 9, now: fixture.now)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(claimed.map(\.attempts) == [2])
    }

    @Test func `a failed copy is due again later, or given up and removed`() async throws {
        let journal = fixture.journal()
        try await end("1", in: journal)
        let claimed = try await journal.claimResults(limit: 1, now: fixture.now)[0]
        try await journal.recordCopyFailure(claimed, because: "cut", retryAt: fixture.now + .seconds(60), now: fixture.now)
        #expect(try await journal.claimResults(limit: 1, now: fixture.now).isEmpty)
        fixture.advance(.seconds(60))
        let again = try await journal.claimResults(limit: 1, now: fixture.now)[0]
        #expect(again.attempts == 2 && again.reason == "cut")
        try await journal.recordCopyFailure(again, because: "gone", retryAt: nil, now: fixture.now)
        #expect(try await journal.results(of: "1").map(\.state) == [.failed])
        let unwanted = try await journal.resultsToRemove(after: 0, limit: 9)
        #expect(unwanted.map(\.key) == ["1-video"])
        try await journal.recordRemoved(unwanted[0])
        #expect(try await journal.resultsToRemove(after: 0, limit: 9).isEmpty)
    }

    @Test func `a job that is deleted during the copy is not kept, and its bytes are removed`() async throws {
        let journal = fixture.journal()
        try await end("1", in: journal)
        let claimed = try await journal.claimResults(limit: 1, now: fixture.now)[0]
        try await journal.markDeleted(fixture.jobRecord("1"), at: fixture.now)
        // The copy may still be writing them.
        #expect(try await journal.resultsToRemove(after: 0, limit: 9).isEmpty)
        let stored = StoredBytes(length: 1, type: "video/mp4", tag: "\"t\"", checksum: "00")
        #expect(try await !journal.recordKept(claimed, stored, at: fixture.now, until: fixture.now + .seconds(1)))
        #expect(try await journal.results(of: "1").map(\.state) == [.deleted])
        #expect(try await journal.resultsToRemove(after: 0, limit: 9).map(\.id) == ["1"])
    }

    @Test func `the oldest are evicted first, and no more than necessary`() async throws {
        let journal = fixture.journal()
        for id in ["1", "2", "3", "4"] {
            try await keep(id, in: journal)
            fixture.advance(.seconds(1))
        }
        #expect(try await journal.resultTotals() == .init(files: 4, bytes: 400, pending: 0))
        #expect(try await journal.evictResults(maxBytes: 400, now: fixture.now).isEmpty)
        let evicted = try await journal.evictResults(maxBytes: 250, now: fixture.now)
        #expect(evicted.map(\.0.id) == ["1", "2"] && evicted.allSatisfy { $0.1 == .size })
        #expect(try await journal.resultTotals() == .init(files: 2, bytes: 200, pending: 0))
        let row = try #require(try await journal.results(of: "1").first)
        #expect(row.state == .evicted && row.closed == fixture.now && row.reason == "size")
        #expect(try await journal.resultsToRemove(after: 0, limit: 9).map(\.id) == ["1", "2"])
    }

    @Test func `what has expired is evicted, whatever its size`() async throws {
        let journal = fixture.journal()
        try await keep("1", in: journal, life: .seconds(10))
        try await keep("2", in: journal, life: .seconds(20))
        fixture.advance(.seconds(10))
        let evicted = try await journal.evictResults(maxBytes: nil, now: fixture.now)
        #expect(evicted.map(\.0.id) == ["1"] && evicted.first?.1 == .age)
    }

    @Test func `rows are deleted with the journal's age, but never before their bytes`() async throws {
        let journal = fixture.journal { $0.journalRetentionDays = 3 }
        for id in ["1", "2"] { try await keep(id, in: journal) }
        _ = try await journal.evictResults(maxBytes: 0, now: fixture.now)
        try await journal.recordRemoved(try #require(try await journal.results(of: "1").first))
        fixture.advance(.seconds(4 * 86_400))
        // Rows are pruned once in 64 changes.
        for number in 0..<80 { try await journal.recordIntent(fixture.jobRecord("n\(number)")) }
        _ = try await journal.resultTotals()
        #expect(try await journal.results(of: "1").isEmpty)
        #expect(try await journal.results(of: "2").map(\.state) == [.evicted])
    }
}

/// Results that are made from kept ones.
struct DerivedResultsTests {
    private let fixture = JournalFixture()

    @Test func `an image is claimed once, again after a failure, and not for ever`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("i"))
        try await journal.recordAccepted("i", as: "1")
        journal.recordEnd("1", nil, keeping: [NewResult(kind: "video", key: "v")], at: fixture.now)
        let video = try await journal.claimResults(limit: 1, now: fixture.now)[0]
        let image = NewResult(kind: "thumbnail", key: "t")
        #expect(try await journal.claimDerivedResult(of: video, image, now: fixture.now) == nil)
        let stored = StoredBytes(length: 10, type: "video/mp4", tag: "\"t\"", checksum: "00")
        #expect(try await journal.recordKept(video, stored, at: fixture.now, until: fixture.now + .seconds(9)))
        for attempt in 1...3 {
            let claimed = try #require(try await journal.claimDerivedResult(of: video, image, now: fixture.now))
            #expect(claimed.attempts == attempt && claimed.key == "t" && claimed.owner == "studio")
            #expect(try await journal.claimDerivedResult(of: video, image, now: fixture.now) == nil)
            try await journal.recordCopyFailure(claimed, because: "no", retryAt: nil, now: fixture.now)
        }
        #expect(try await journal.claimDerivedResult(of: video, image, now: fixture.now) == nil)
        let sheet = try #require(
            try await journal.claimDerivedResult(of: video, NewResult(kind: "spritesheet", key: "s"), now: fixture.now))
        #expect(try await journal.recordKept(sheet, stored, at: fixture.now, until: fixture.now + .seconds(9)))
        #expect(try await journal.resultTotals() == .init(files: 2, bytes: 20, pending: 0))
    }
}

import Jobs
import Testing
import Wire

@testable import Journal

/// The jobs that the server must follow after a start.
struct UnfinishedJobsTests {
    private let fixture = JournalFixture()

    private func accept(_ id: String, in journal: Journal) async throws {
        try await journal.recordIntent(fixture.jobRecord("i-" + id))
        try await journal.recordAccepted("i-" + id, as: id)
    }

    private func all(of journal: Journal, limit: Int) async throws -> [String] {
        var (ids, number): ([String], Int64) = ([], 0)
        while true {
            let page = try await journal.unfinishedJobs(after: number, limit: limit)
            ids += page.jobs.map(\.id)
            guard let end = page.end else { return ids }
            #expect(end > number && page.jobs.count <= limit)
            number = end
        }
    }

    @Test(arguments: [1, 2, 100]) func `accepted jobs without an end are read page by page`(limit: Int) async throws {
        let journal = fixture.journal()
        for id in ["1", "2", "3", "4"] { try await accept(id, in: journal) }
        journal.recordEnd("2", nil, at: fixture.now)
        try await journal.recordIntent(fixture.jobRecord("only an intent"))
        #expect(try await all(of: journal, limit: limit) == ["1", "3", "4"])
    }

    @Test func `the jobs of another program are its own while it runs`() async throws {
        var first: Journal? = fixture.journal()
        try await accept("1", in: #require(first))
        let second = fixture.journal()
        try await accept("2", in: second)
        #expect(try await all(of: second, limit: 10) == ["2"])
        await first?.close()
        first = nil
        // The run's lock ends with its journal, which its thread may release a little later.
        let deadline = ContinuousClock.now + .seconds(20)
        while try await all(of: second, limit: 10) != ["1", "2"], ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await all(of: second, limit: 10) == ["1", "2"])
    }
}

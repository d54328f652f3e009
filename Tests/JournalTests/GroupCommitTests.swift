import Jobs
import Testing
import Wire

@testable import Journal

struct GroupCommitTests {
    private let fixture = JournalFixture()

    @Test func `what waits together is written together`() async throws {
        let journal = fixture.journal()
        _ = try await journal.open()
        let before = journal.stats
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                group.addTask { [fixture] in (try? await journal.recordIntent(fixture.jobRecord("i\(number)"))) != nil }
            }
            for await isWritten in group { #expect(isWritten) }
        }
        let after = journal.stats
        #expect(after.changes - before.changes == 1000)
        #expect(after.commits - before.commits < 250, "\(after.commits - before.commits) syncs for 1000 intents")
        #expect(try await journal.jobRecords(state: .intended, limit: 2000).count == 1000)
    }

    @Test func `one that breaks a rule does not take the others with it`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("taken"))
        let kept = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask { [fixture] in
                    (try? await journal.recordIntent(fixture.jobRecord(number % 10 == 0 ? "taken" : "i\(number)"))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(kept == 90)
        #expect(try await journal.jobRecords(limit: 1000).count == 91)
    }

    @Test func `more than the queue holds is refused`() async throws {
        let journal = fixture.journal { $0.maxJournalQueue = 4 }
        _ = try await journal.open()
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask { [fixture] in
                    do throws(StorageError) {
                        try await journal.recordIntent(fixture.jobRecord("i\(number)"))
                        return false
                    } catch {
                        return error.kind == .busy
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0)
        #expect(try await journal.jobRecords(limit: 1000).count == 400 - refused)
    }

    @Test func `what is old or too much goes, what is under way stays`() async throws {
        let journal = fixture.journal {
            $0.journalRetentionDays = 10
            $0.maxJournalJobs = 100
        }
        try await journal.recordIntent(fixture.jobRecord("under way"))
        for number in 0..<70 { try await journal.markDeleted(fixture.jobRecord("old \(number)"), at: fixture.now) }
        fixture.advance(.seconds(11 * 86_400))
        for number in 0..<300 { try await journal.markDeleted(fixture.jobRecord("new \(number)"), at: fixture.now) }
        let left = try await journal.jobRecords(limit: 1000)
        #expect(left.contains { $0.id == "under way" } && !left.contains { $0.id.hasPrefix("old") })
        #expect(left.count <= 100 + 64 + 1)
        #expect(left.contains { $0.id == "new 299" })
    }
}

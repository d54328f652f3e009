import Jobs
import Testing
import Wire

@testable import Journal

struct GroupTests {
    private let desktop = Desktop()

    @Test func `what waits together is written together`() async throws {
        let journal = desktop.journal()
        _ = try await journal.open()
        let before = journal.figures
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                group.addTask { [desktop] in (try? await journal.intend(desktop.entry("i\(number)"))) != nil }
            }
            for await isWritten in group { #expect(isWritten) }
        }
        let after = journal.figures
        #expect(after.changes - before.changes == 1000)
        #expect(after.commits - before.commits < 250, "\(after.commits - before.commits) syncs for 1000 intents")
        #expect(try await journal.entries(state: .intended, limit: 2000).count == 1000)
    }

    @Test func `one that breaks a rule does not take the others with it`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("taken"))
        let kept = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask { [desktop] in (try? await journal.intend(desktop.entry(number % 10 == 0 ? "taken" : "i\(number)"))) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(kept == 90)
        #expect(try await journal.entries(limit: 1000).count == 91)
    }

    @Test func `more than the queue holds is refused`() async throws {
        let journal = desktop.journal { $0.journalQueue = 4 }
        _ = try await journal.open()
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask { [desktop] in
                    do throws(StorageFailure) {
                        try await journal.intend(desktop.entry("i\(number)"))
                        return false
                    } catch {
                        return error.kind == .busy
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0)
        #expect(try await journal.entries(limit: 1000).count == 400 - refused)
    }

    @Test func `what is old or too much goes, what is under way stays`() async throws {
        let journal = desktop.journal {
            $0.journalDays = 10
            $0.journalJobs = 100
        }
        try await journal.intend(desktop.entry("under way"))
        for number in 0..<70 { try await journal.delete(desktop.entry("old \(number)"), at: desktop.now) }
        desktop.advance(.seconds(11 * 86_400))
        for number in 0..<300 { try await journal.delete(desktop.entry("new \(number)"), at: desktop.now) }
        let left = try await journal.entries(limit: 1000)
        #expect(left.contains { $0.id == "under way" } && !left.contains { $0.id.hasPrefix("old") })
        #expect(left.count <= 100 + 64 + 1)
        #expect(left.contains { $0.id == "new 299" })
    }
}

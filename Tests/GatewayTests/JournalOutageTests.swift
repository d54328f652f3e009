import Jobs
import Seal
import Server
import Testing
import Wire

@testable import Gateway
@testable import Journal

/// The journal cannot be written: before the paid call nothing is sent, after it the job is not lost.
struct JournalOutageTests {
    private let vendor = FakeVendor()

    /// A journal of at most 100 pages.
    private func makeRouter(price: Money? = nil) async throws -> RestartableRouter {
        var limits = Limits()
        limits.maxJournalBytes = 100 * 4096
        return try await RestartableRouter([RestartableRouter.account(vendor.serve(), price: price)], limits: limits)
    }

    /// Makes the file larger than the router's limit, so that it gets no further page.
    private static func fill(_ folder: String) throws {
        let database = try Database(folder + "/" + Journal.fileName, run: 1)
        try database.execute("CREATE TABLE filler AS SELECT zeroblob(600000) AS bytes")
    }

    private static func makeRoom(_ folder: String) throws {
        let database = try Database(folder + "/" + Journal.fileName, run: 1)
        try database.execute("DROP TABLE filler")
    }

    @Test func `a create that cannot be recorded is refused, and nothing is sent`() async throws {
        let router = try await makeRouter()
        #expect(try await router.create("gpu/any", prompt: "first").status == 200)
        try Self.fill(router.folder)
        let long = String(repeating: "x", count: 20_000)
        for _ in 0..<2 {
            let refused = try await router.create("gpu/any", prompt: long, headers: ["Idempotency-Key: k"])
            #expect(refused.status == 507 && refused.json?["error"]?["code"]?.string == "storage_full", "\(refused.status) \(refused.body)")
        }
        #expect(vendor.created == 1)
        try Self.makeRoom(router.folder)
        #expect(try await router.create("gpu/any", prompt: long, headers: ["Idempotency-Key: k"]).status == 200)
        #expect(vendor.created == 2)
        #expect(try await router.records().count == 2)
    }

    @Test func `a job that is accepted and fails while nothing can be recorded is settled once there is space`() async throws {
        let router = try await makeRouter(price: Money(micros: 600_000))
        let folder = router.folder
        vendor.change { state in
            state.ids = [String(repeating: "q", count: 3000)]
            state.beforeAnswer = { try? Self.fill(folder) }
        }
        let made = try await router.create("gpu/any")
        vendor.change { $0.jobs = $0.jobs.mapValues { _ in "failed" } }
        router.advance(.seconds(3))
        #expect(try await router.status(of: made.id).json?["status"]?.string == "failed")
        #expect(try await router.spent() == 0.6)
        try Self.makeRoom(folder)
        try await router.restart()
        #expect(try await router.records().map(\.state) == [.failed])
        #expect(try await router.spent() == 0)
    }

    @Test func `a job that was accepted while nothing can be recorded is served, and recorded once there is space`() async throws {
        let router = try await makeRouter()
        // Its claims do not fit into a short id: without the journal the id is long.
        let name = String(repeating: "q", count: 3000)
        let folder = router.folder
        vendor.change { state in
            state.ids = [name]
            state.beforeAnswer = { try? Self.fill(folder) }
        }
        let made = try await router.create("gpu/any", headers: ["Idempotency-Key: k"])
        #expect(made.status == 200 && made.id.utf8.count > 3000, "\(made.status) \(made.body.prefix(300))")
        #expect(try await router.records().map(\.state) == [.intended])
        router.advance(.seconds(3))
        #expect(try await router.status(of: made.id).json?["status"]?.string == "in_progress")
        #expect(try await router.create("gpu/any", headers: ["Idempotency-Key: k"]).id == made.id)
        try Self.makeRoom(folder)
        try await router.restart()
        let record = try #require(try await router.records().first)
        #expect(record.state == .accepted && record.id == made.id)
        #expect(try await router.status(of: made.id).json?["status"]?.string == "in_progress")
        #expect(try await router.create("gpu/any", headers: ["Idempotency-Key: k"]).id == made.id)
        #expect(vendor.created == 1)
    }
}

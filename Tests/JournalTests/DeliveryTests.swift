import Jobs
import Testing
import Wire

@testable import Journal

/// What the dispatcher reads and writes.
struct DeliveryTests {
    private let fixture = JournalFixture()

    /// A journal with one event for each of the receivers.
    private func journal(targets: [String]) async throws -> Journal {
        let journal = fixture.journal()
        journal.setConfiguredEndpoints(targets.map { ConfiguredEndpoint(id: $0, owner: "studio", events: [.completed]) })
        try await end("v", in: journal)
        return journal
    }

    private func end(_ id: String, in journal: Journal) async throws {
        try await journal.recordIntent(fixture.jobRecord("i" + id))
        try await journal.recordAccepted("i" + id, as: id)
        journal.recordEnd(id, nil, at: fixture.now)
    }

    @Test func `receivers are listed in pages, each with its first due time`() async throws {
        let journal = try await journal(targets: ["a", "b", "c"])
        for row in try await journal.pendingDeliveries(to: "b", limit: 9) {
            try await journal.recordAttempt(
                of: row.number, state: .pending, due: fixture.now + .seconds(5), status: 500, error: "500", at: fixture.now)
        }
        let first = try await journal.pendingTargets(after: nil, limit: 2)
        #expect(first.map(\.target) == ["a", "b"] && first.map(\.due) == [fixture.now, fixture.now + .seconds(5)])
        #expect(try await journal.pendingTargets(after: "b", limit: 2).map(\.target) == ["c"])
        #expect(try await journal.pendingTargets(after: "c", limit: 2).isEmpty)
    }

    @Test func `an attempt is recorded until the delivery ends`() async throws {
        let journal = try await journal(targets: ["a"])
        let row = try #require(try await journal.pendingDeliveries(to: "a", limit: 9).first)
        try await journal.recordAttempt(
            of: row.number, state: .pending, due: fixture.now + .seconds(5), status: nil, error: "no connection", at: fixture.now)
        var now = try #require(try await journal.pendingDeliveries(to: "a", limit: 9).first)
        #expect(now.attempts == 1 && now.status == nil && now.error == "no connection" && now.due == fixture.now + .seconds(5))
        #expect(now.eventID == row.eventID && now.created == row.created)
        for state in [DeliveryRecord.State.delivered, .dead] {
            try await journal.recordAttempt(of: row.number, state: state, due: fixture.now, status: 204, error: nil, at: fixture.now)
        }
        #expect(try await journal.pendingDeliveries(to: "a", limit: 9).isEmpty)
        now = try #require(try await journal.deliveries(event: row.eventID, limit: 9).first)
        #expect(now.state == .delivered && now.attempts == 2 && now.status == 204 && now.error == nil)
    }

    @Test func `rows of a living program stay its own, and those of an ended one are taken over`() async throws {
        let one = try await journal(targets: ["a"])
        let other = fixture.journal()
        #expect(try await other.open() == 0)
        #expect(try await other.adoptDeliveries() == 0)
        #expect(try await other.pendingDeliveries(to: "a", limit: 9).isEmpty)
        #expect(try await one.pendingDeliveries(to: "a", limit: 9).count == 1)
        await one.close()
        let database = try Database(fixture.path, run: 1)
        try database.execute("UPDATE deliveries SET run = 5")
        #expect(try await other.adoptDeliveries() == 1)
        #expect(try await other.pendingDeliveries(to: "a", limit: 9).count == 1)
        #expect(try await other.adoptDeliveries() == 0)
    }

    @Test func `an event is sent again to all of its receivers or to one`() async throws {
        let journal = try await journal(targets: ["a", "b"])
        let rows = try await journal.deliveries(limit: 9)
        for row in rows {
            try await journal.recordAttempt(of: row.number, state: .dead, due: fixture.now, status: 500, error: "500", at: fixture.now)
        }
        #expect(try await journal.deliveryStats() == DeliveryStats())
        fixture.advance(.seconds(60))
        #expect(try await journal.resend(rows[0].eventID, to: "a", at: fixture.now) == 1)
        #expect(try await journal.deliveries(state: .pending, limit: 9).map(\.target) == ["a"])
        #expect(try await journal.resend(rows[0].eventID, at: fixture.now) == 2)
        #expect(try await journal.resend("evt_unknown", at: fixture.now) == 0)
        #expect(try await journal.adoptDeliveries() == 2)
        let again = try await journal.pendingDeliveries(to: "b", limit: 9)
        #expect(again.map(\.attempts) == [0] && again.map(\.due) == [fixture.now] && again.map(\.eventID) == [rows[0].eventID])
        let stats = try await journal.deliveryStats()
        #expect(stats.pending == 2 && stats.oldest == rows[0].created)
    }

    @Test func `what has ended goes after its time, and what is pending stays`() async throws {
        var limits = Limits()
        limits.deliveryRetentionDays = 30
        let journal = try await journal(targets: ["a", "b", "c"])
        for (row, state) in zip(try await journal.deliveries(limit: 9), [DeliveryRecord.State.delivered, .dead]) {
            try await journal.recordAttempt(of: row.number, state: state, due: fixture.now, status: 200, error: nil, at: fixture.now)
        }
        #expect(try await journal.deliveries(limit: 9).count == 3)
        await journal.close()
        let database = try Database(fixture.path, run: 1)
        fixture.advance(.seconds(29 * 86_400))
        _ = try Retention(limits, now: fixture.now).prune(database)
        #expect(try database.queryNumber("SELECT count(*) FROM deliveries") == 3)
        fixture.advance(.seconds(2 * 86_400))
        _ = try Retention(limits, now: fixture.now).prune(database)
        #expect(try database.query("SELECT state FROM deliveries") { $0.text(0) } == ["pending"])
        #expect(try database.queryNumber("SELECT sum(count) FROM pending_deliveries") == 1)
    }

    @Test func `the most recent deliveries stay when there are too many`() async throws {
        var limits = Limits()
        limits.maxDeliveries = 2
        let journal = try await journal(targets: ["a"])
        for number in 0..<4 { try await end("w\(number)", in: journal) }
        for row in try await journal.deliveries(limit: 9) {
            try await journal.recordAttempt(of: row.number, state: .delivered, due: fixture.now, status: 200, error: nil, at: fixture.now)
        }
        #expect(try await journal.deliveries(limit: 9).count == 5)
        await journal.close()
        let database = try Database(fixture.path, run: 1)
        _ = try Retention(limits, now: fixture.now).prune(database)
        #expect(try database.query("SELECT job FROM deliveries ORDER BY number") { $0.text(0) } == ["w2", "w3"])
    }

    @Test func `what the dispatcher asks over and over reads no other rows`() throws {
        let database = try Database(fixture.path, run: 1)
        try JournalSchema.migrate(database)
        let queries = [Journal.nextRunQuery, Journal.nextTargetQuery, Journal.pendingQuery, Journal.oldestQuery]
        for query in queries {
            let plan = try database.query("EXPLAIN QUERY PLAN " + query) { $0.text(3) }
            #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH"), "\(query): \(plan)")
        }
    }
}

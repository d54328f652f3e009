import Jobs
import Testing
import Wire

@testable import Journal

/// Events of jobs reach the outbox with the change of the job, once.
struct OutboxTests {
    private let fixture = JournalFixture()
    private let all = Set(JobEvent.allCases)

    private func journal(_ change: (inout Limits) -> Void = { _ in }) -> Journal {
        let journal = fixture.journal(change)
        journal.setConfiguredEndpoints([ConfiguredEndpoint(id: "cfg_1", owner: "studio", events: all)])
        return journal
    }

    private func accept(_ id: String, owner: String = "studio", callback: JobCallback? = nil, in journal: Journal) async throws {
        try await journal.recordIntent(fixture.jobRecord("intent of " + id, owner: owner), callback: callback)
        try await journal.recordAccepted("intent of " + id, as: id)
    }

    @Test func `each end is an event for the owner's endpoints that want it`() async throws {
        let journal = journal()
        journal.setConfiguredEndpoints([
            ConfiguredEndpoint(id: "cfg_1", owner: "studio", events: all),
            ConfiguredEndpoint(id: "cfg_2", owner: "studio", events: [.failed]),
            ConfiguredEndpoint(id: "cfg_3", owner: "other", events: all),
        ])
        let ends: [(Fault?, JobEvent, [String])] = [
            (nil, .completed, ["cfg_1"]), (Fault(.vendorFailed, "x"), .failed, ["cfg_1", "cfg_2"]),
            (Fault(.vendorExpired, "x"), .failed, ["cfg_1", "cfg_2"]), (Fault(.vendorCancelled, "x"), .cancelled, ["cfg_1"]),
        ]
        for (number, (fault, event, targets)) in ends.enumerated() {
            try await accept("v\(number)", in: journal)
            fixture.advance(.seconds(1))
            journal.recordEnd("v\(number)", fault, at: fixture.now)
            let rows = try await journal.deliveries(limit: 99).filter { $0.jobID == "v\(number)" }
            #expect(Set(rows.map(\.target)) == Set(targets) && rows.allSatisfy { $0.event == event && $0.state == .pending })
            #expect(Set(rows.map(\.eventID)).count == 1 && rows.allSatisfy { $0.eventID.hasPrefix("evt_") && $0.attempts == 0 })
            #expect(rows.allSatisfy { $0.created == fixture.now && $0.due == fixture.now && $0.owner == "studio" && $0.callback == nil })
        }
        #expect(Set(try await journal.deliveries(limit: 99).map(\.eventID)).count == ends.count)
        #expect(journal.takeChangedTargets() == ["cfg_1", "cfg_2"] && journal.takeChangedTargets().isEmpty)
    }

    @Test func `a repeated end is no second event, also after a restart`() async throws {
        var journal = journal()
        try await accept("v", in: journal)
        journal.recordEnd("v", nil, at: fixture.now)
        journal.recordEnd("v", Fault(.vendorFailed, "x"), at: fixture.now)
        let first = try await journal.deliveries(limit: 9)
        await journal.close()
        journal = self.journal()
        _ = try await journal.open()
        journal.recordEnd("v", nil, at: fixture.now)
        journal.recordEnd("never seen", nil, at: fixture.now)
        #expect(try await journal.deliveries(limit: 9) == first && first.count == 1)
    }

    @Test func `the job's own callback gets its event too, and only once`() async throws {
        let journal = journal()
        let callback = JobCallback(target: "https://a.example:443", content: [1, 2, 3])
        try await accept("v", callback: callback, in: journal)
        try await accept("of another", owner: "other", callback: callback, in: journal)
        journal.recordEnd("v", nil, at: fixture.now)
        journal.recordEnd("of another", nil, at: fixture.now)
        let rows = try await journal.deliveries(limit: 9)
        #expect(rows.map(\.target) == ["https://a.example:443", "cfg_1", "https://a.example:443"])
        #expect(rows.map(\.callback) == [[1, 2, 3], nil, [1, 2, 3]])
        await journal.close()
        let database = try Database(fixture.path, run: 1)
        #expect(try database.queryNumber("SELECT count(*) FROM callbacks") == 0)
    }

    @Test func `the callback of a job that was never made is forgotten`() async throws {
        let journal = journal()
        try await journal.recordIntent(fixture.jobRecord("i"), callback: JobCallback(target: "t", content: [1]))
        try await journal.markNotSent("i", because: Fault(.vendorUnavailable, "x"), at: fixture.now)
        #expect(try await journal.deliveries(limit: 9).isEmpty)
        await journal.close()
        let database = try Database(fixture.path, run: 1)
        #expect(try database.queryNumber("SELECT count(*) FROM callbacks") == 0)
    }

    @Test func `a lost create is no event, but a lost failover is, and the end of the job when it is found`() async throws {
        let journal = journal()
        try await journal.recordIntent(fixture.jobRecord("lost create"))
        try await journal.markAmbiguous("lost create", because: Fault(.createAmbiguous, "x"), trace: nil, at: fixture.now)
        #expect(try await journal.deliveries(limit: 9).isEmpty)
        try await accept("v", callback: JobCallback(target: "t", content: []), in: journal)
        var record = fixture.jobRecord("v")
        record.failedAttempts = ["a m"]
        _ = try await journal.recordFailover(record, after: "v", within: nil)
        try await journal.markAmbiguous("v", because: Fault(.createAmbiguous, "x"), trace: nil, at: fixture.now)
        #expect(Set(try await journal.deliveries(limit: 9).map(\.event)) == [.failed])
        #expect(try await journal.recordFound("v", as: "sealed"))
        journal.recordEnd("v", nil, at: fixture.now)
        #expect(try await journal.deliveries(limit: 9).map(\.event) == [.completed, .completed, .failed, .failed])
    }

    @Test func `a failover that a crash has interrupted is an event of the next start`() async throws {
        var journal = journal()
        try await accept("v", in: journal)
        try await journal.recordIntent(fixture.jobRecord("interrupted create"))
        var record = fixture.jobRecord("v")
        record.failedAttempts = ["a m"]
        _ = try await journal.recordFailover(record, after: "v", within: nil)
        await journal.close()
        let database = try Database(fixture.path, run: 1)
        try database.execute("UPDATE jobs SET run = 5 WHERE state = 'intended'")
        // A command without the server's configuration leaves it to the server.
        let command = fixture.journal(knowsEndpoints: false)
        #expect(try await command.open() == 1)
        #expect(try await command.jobRecord("v")?.state == .intended)
        await command.close()
        journal = self.journal()
        #expect(try await journal.open() == 1)
        #expect(try await journal.deliveries(limit: 9).map { [$0.jobID, $0.event.rawValue] } == [["v", "video.failed"]])
    }

    @Test func `to delete a job without an end cancels it, and to delete an ended one is no event`() async throws {
        let journal = journal()
        try await accept("running", in: journal)
        try await accept("ended", in: journal)
        journal.recordEnd("ended", nil, at: fixture.now)
        for id in ["running", "ended", "unknown"] { try await journal.markDeleted(fixture.jobRecord(id), at: fixture.now) }
        #expect(
            try await journal.deliveries(limit: 9).map { [$0.jobID, $0.event.rawValue] }
                == [["running", "video.cancelled"], ["ended", "video.completed"]])
    }

    @Test func `beyond the limits an event is dead at once, and can be sent later`() async throws {
        let journal = journal {
            $0.maxPendingDeliveriesPerKey = 1
            $0.maxPendingDeliveries = 2
        }
        journal.setConfiguredEndpoints(
            ["studio", "b", "c"].map { ConfiguredEndpoint(id: "cfg_" + $0, owner: $0, events: all) })
        for (number, owner) in ["studio", "studio", "b", "c"].enumerated() {
            try await accept("v\(number)", owner: owner, in: journal)
            journal.recordEnd("v\(number)", nil, at: fixture.now)
        }
        let rows = try await journal.deliveries(limit: 9)
        #expect(rows.map(\.state) == [.dead, .pending, .dead, .pending])
        #expect(rows.map(\.error) == ["too many pending events", nil, "too many pending events of this key", nil])
        #expect(try await journal.deliveryStats().pending == 2)
        #expect(try await journal.resend(rows[0].eventID, at: fixture.now) == 1)
        #expect(try await journal.resend(rows[1].eventID, of: "studio", at: fixture.now) == 0)
        #expect(try await journal.deliveryStats().pending == 3)
    }
}

import Crypto
import Jobs
import Journal
import Net
import Server
import Testing
import Wire

@testable import Gateway
@testable import Upstream

/// Jobs whose start calls were not answered are looked for at vendors that know them by a name. Nothing is sent twice.
struct LostJobTests {
    private let vendor = FakeVendor()

    private func makeRouter() async throws -> RestartableRouter {
        let account = Account(
            name: "gpu", vendor: try TraceableVendor(), baseURL: try await vendor.serve(), secrets: ["api_key": Secret("sk-vendor")],
            terms: RestartableRouter.terms(price: Money(micros: 600_000)))
        return try await RestartableRouter([account])
    }

    /// Calls that looked for a job.
    private var lookups: Int { vendor.log.all.count { $0.hasPrefix("GET /v1/videos ") } }

    /// A create whose answer is lost, and whose job the vendor does not list yet.
    private func loseJob(at router: RestartableRouter, key: String = "k") async throws -> String {
        vendor.change { $0.loss = .cutBeforeHead }
        vendor.change { $0.lookup = Response(json: ["id": .null]) }
        let answer = try await router.create("gpu/any", headers: ["Idempotency-Key: \(key)"])
        #expect(answer.body.contains("create_ambiguous"), "\(answer.body)")
        vendor.change { $0.loss = nil }
        return try #require(try await router.records().first?.id)
    }

    /// Waits until the job is no longer ambiguous.
    private func waitUntilFound(_ id: String, at router: RestartableRouter) async throws {
        let deadline = Instant.now + .seconds(30)
        while try await router.journal?.jobRecord(id)?.state == .ambiguous {
            guard Instant.now < deadline else { throw Fault(.internalError, "not found") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test func `a job that its vendor finds at once is an ordinary one`() async throws {
        let router = try await makeRouter()
        vendor.change { $0.loss = .cutBeforeHead }
        let made = try await router.create("gpu/any")
        #expect(made.status == 200, "\(made.body)")
        router.advance(.seconds(3))
        #expect(try await router.status(of: made.id).json?["status"]?.string == "in_progress")
        #expect(vendor.created == 1)
        #expect(try await router.records().map(\.state) == [.accepted])
    }

    @Test(arguments: [false, true])
    func `a job that its vendor lists late is found under the id of its intent`(restarts: Bool) async throws {
        let router = try await makeRouter()
        let id = try await loseJob(at: router)
        #expect(try await router.status(of: id).body.contains("create_ambiguous"))
        vendor.change { $0.lookup = nil }
        if restarts { try await router.restart() }
        try router.startReconciling()
        try await waitUntilFound(id, at: router)
        router.advance(.seconds(3))
        let shown = try await router.status(of: id)
        #expect(shown.json?["status"]?.string == "in_progress" && shown.json?["error"]?.isNull == true, "\(shown.body)")
        #expect(try await router.create("gpu/any", headers: ["Idempotency-Key: k"]).id == id)
        #expect(vendor.created == 1)
        #expect(try await router.spent() == 0.6)
        vendor.change { $0.jobs = $0.jobs.mapValues { _ in "completed" } }
        router.advance(.seconds(3))
        #expect(try await router.status(of: id).json?["status"]?.string == "completed")
        #expect(try await router.call("GET", "/v1/videos/\(id)/content").body == "bytes of job_1")
    }

    @Test func `a job that the vendor does not have, or cannot be asked about, stays ambiguous`() async throws {
        let router = try await makeRouter()
        let absent = try await loseJob(at: router)
        for answer in [Response(json: ["id": .null]), Response(status: 500), Response(status: 200, body: Pieces("<html>"))] {
            vendor.change { $0.lookup = answer }
            let before = lookups
            try router.startReconciling()
            let deadline = Instant.now + .seconds(30)
            while lookups == before, Instant.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
            #expect(lookups > before)
            #expect(try await router.journal?.jobRecord(absent)?.state == .ambiguous)
        }
        #expect(try await router.status(of: absent).body.contains("create_ambiguous"))
        #expect(vendor.created == 1)
        #expect(try await router.spent() == 0.6)
    }

    @Test func `a job is not looked for once its window is over`() async throws {
        let router = try await makeRouter()
        let old = try await loseJob(at: router, key: "old")
        router.advance(Limits().reconcileWindow + .seconds(1))
        let young = try await loseJob(at: router, key: "young")
        vendor.change { $0.lookup = nil }
        try router.startReconciling()
        try await waitUntilFound(young, at: router)
        // The newest is looked for first: when the next one is found, the first search is over.
        let next = try await loseJob(at: router, key: "next")
        vendor.change { $0.lookup = nil }
        try router.startReconciling()
        try await waitUntilFound(next, at: router)
        #expect(try await router.journal?.jobRecord(old)?.state == .ambiguous)
        #expect(vendor.created == 3)
    }
}

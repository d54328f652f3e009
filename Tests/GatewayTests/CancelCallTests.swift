import Jobs
import Journal
import Routing
import Server
import Testing
import Wire

@testable import Gateway

/// Cancelling a job: what the vendor's answer proves, and which vendor is asked.
struct CancelCallTests {
    private let vendor = FakeVendor()

    private func cancel(_ id: String, at router: RestartableRouter) async throws -> RestartableRouter.Answer {
        try await router.call("POST", "/v1/videos/\(id)/cancel")
    }

    @Test func `a vendor that stops the job ends it`() async throws {
        let router = try await RestartableRouter([RestartableRouter.account(vendor.serve())])
        let made = try await router.create("gpu/any")
        let answer = try await cancel(made.id, at: router)
        #expect(answer.status == 200 && answer.json?["status"]?.string == "failed", "\(answer.body)")
        #expect(answer.body.contains("cancelled"), "\(answer.body)")
        #expect(try await router.journal?.jobRecord(made.id)?.state == .cancelled)
    }

    @Test func `a vendor that only took the request leaves the job running`() async throws {
        let router = try await RestartableRouter([RestartableRouter.account(vendor.serve())])
        let made = try await router.create("gpu/any")
        vendor.change { $0.deletion = Response(status: 202) }
        let answer = try await cancel(made.id, at: router)
        #expect(answer.status == 200 && answer.json?["status"]?.string == "in_progress", "\(answer.body)")
        #expect(try await router.journal?.jobRecord(made.id)?.state == .accepted)
    }

    @Test(arguments: [404, 405, 409, 500])
    func `a refused cancel leaves the job running and is reported to the client`(status: Int) async throws {
        let router = try await RestartableRouter([RestartableRouter.account(vendor.serve())])
        let made = try await router.create("gpu/any")
        vendor.change { $0.deletion = Response(status: status, json: ["error": "no"]) }
        let answer = try await cancel(made.id, at: router)
        #expect(answer.status == 409 && answer.json?["error"]?["code"]?.string == "cancel_refused", "\(answer.status) \(answer.body)")
        router.advance(.seconds(3))
        #expect(try await router.status(of: made.id).json?["status"]?.string == "in_progress")
    }

    @Test(arguments: ["completed", "failed"])
    func `a job that has ended is not cancelled`(word: String) async throws {
        let router = try await RestartableRouter([RestartableRouter.account(vendor.serve())])
        let made = try await router.create("gpu/any")
        vendor.change { $0.jobs = $0.jobs.mapValues { _ in word } }
        router.advance(.seconds(3))
        let answer = try await cancel(made.id, at: router)
        #expect(answer.status == 409 && answer.json?["error"]?["code"]?.string == "already_ended", "\(answer.body)")
        #expect(!vendor.log.all.contains { $0.hasPrefix("DELETE") })
    }

    /// Without a poll before it, the cancel itself learns that the job has failed, and moves it.
    @Test(arguments: [true, false])
    func `a job that went on to another vendor is cancelled there`(polls: Bool) async throws {
        let second = FakeVendor()
        second.change { $0.ids = ["moved"] }
        let accounts = [
            try RestartableRouter.account(try await vendor.serve(), name: "one"),
            try RestartableRouter.account(try await second.serve(), name: "two"),
        ]
        let targets = ["one/any", "two/any"].map { Planner.Target(model: $0, continuesAfterFailure: true) }
        let router = try await RestartableRouter(accounts, aliases: [("pool", targets)])
        let made = try await router.create("pool")
        vendor.change { $0.jobs = $0.jobs.mapValues { _ in "failed" } }
        router.advance(.seconds(3))
        if polls { #expect(try await router.status(of: made.id).json?["status"]?.string == "queued") }
        #expect(try await cancel(made.id, at: router).status == 200)
        #expect(second.log.all.contains { $0.hasPrefix("DELETE /v1/videos/moved") })
        #expect(!vendor.log.all.contains { $0.hasPrefix("DELETE") })
    }
}

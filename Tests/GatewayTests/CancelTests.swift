import Configuration
import Dialects
import Jobs
import Journal
import Seal
import Telemetry
import Testing
import Vendors
import Wire

@testable import Access
@testable import Gateway

/// Deleting and cancelling a job that is still being made: what is proven counts, and what may have been charged stays spent.
struct CancelTests {
    private let vendor = FakeVendor()

    private func makeRouter(budget: String = "100.00 USD") async throws -> RestartableRouter {
        var caller = Caller(Owner(name: "studio"))
        caller.budget = Budget(budget)
        return try await RestartableRouter([RestartableRouter.account(vendor.serve(), price: Money(micros: 600_000))], caller: caller)
    }

    @Test(arguments: [
        (200, #"{"id": "x", "object": "video.deleted", "deleted": true}"#, true), (200, #"{"status": "deleted"}"#, true),
        (200, #"{"object": "video", "status": "cancelled"}"#, true), (204, "", true),
        (200, #"{"object": "video.deleted", "deleted": false}"#, false), (200, #"{"object": "video", "status": "in_progress"}"#, false),
        (202, #"{"status": "CANCELLATION_REQUESTED"}"#, false), (202, "", false), (200, "", false),
        (200, "{}", false), (200, "<html>", false),
        (404, #"{"error": "no"}"#, false), (405, "", false), (409, "{}", false), (500, "", false),
    ])
    func `a job is deleted only where the vendor's answer proves that it is`(status: Int, body: String, isDeleted: Bool) async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any")
        vendor.change { $0.deletion = Response(status: status, body: Pieces(body)) }
        let answer = try await router.call("DELETE", "/v1/videos/\(made.id)")
        let after = try await router.call("GET", "/v1/videos/\(made.id)")
        if isDeleted {
            #expect(answer.status == 200 && answer.json?["deleted"]?.bool == true && after.status == 404)
            let ended = "genlock_jobs_ended_total{vendor=\"openai-compatible\",model=\"any\",outcome=\"cancelled\"} 1"
            let metrics = router.shared?.telemetry.exposition() ?? ""
            #expect(metrics.contains(ended), "\(metrics.split(separator: "\n").filter { $0.contains("ended") })")
        } else {
            #expect(answer.status != 200 && answer.json?["error"] != nil, "\(answer.body)")
            #expect(status >= 500 || answer.json?["error"]?["code"]?.string == "video_in_progress", "\(answer.body)")
            #expect(after.status == 200 && after.json?["status"]?.string == "in_progress" || after.json?["status"]?.string == "queued")
            #expect(try await router.call("GET", "/v1/videos").json?["data"]?.elements.count == 1)
        }
        #expect(try await router.spent() == 0.6)
    }

    @Test func `jobs that are made and deleted spend the budget`() async throws {
        let router = try await makeRouter(budget: "1.00 USD")
        var answers: [Int] = []
        for number in 0..<6 {
            let made = try await router.create("gpu/any", prompt: "\(number)")
            answers.append(made.status)
            if made.status == 200 { #expect(try await router.call("DELETE", "/v1/videos/\(made.id)").status == 200) }
        }
        #expect(answers == [200, 429, 429, 429, 429, 429])
        #expect(vendor.created == 1)
        try await router.restart()
        #expect(try await router.spent() == 0.6)
    }

    @Test func `a job that its vendor reports as cancelled stays spent, one that failed does not`() async throws {
        let router = try await makeRouter()
        vendor.change { $0.ids = ["stopped", "broken", "broken after a cancel call"] }
        let made = [try await router.create("gpu/a"), try await router.create("gpu/b"), try await router.create("gpu/c")]
        vendor.change { $0.deletion = Response(status: 202) }
        #expect(try await router.call("DELETE", "/v1/videos/\(made[2].id)").status == 400)
        vendor.change { $0.jobs = ["stopped": "cancelled", "broken": "failed", "broken after a cancel call": "failed"] }
        router.advance(.seconds(10))
        for job in made { #expect(try await router.call("GET", "/v1/videos/\(job.id)").json?["status"]?.string == "failed") }
        #expect(try await router.spent() == 1.2)
    }

    @Test func `what a vendor says of the price of a cancelled job names its page`() {
        for card in Registry.vendors.map(\.card) {
            if let page = card.freeCancelSource { #expect(page.hasPrefix("https://"), "\(card.name)") }
        }
    }
}

import Glibc
import Jobs
import Journal
import Routing
import Seal
import Testing
import Wire

@testable import Gateway

/// A job that was accepted and paid is found again, however its vendor names it.
struct LongTicketTests {
    private let vendor = FakeVendor()

    private static let names = [
        String(repeating: "q", count: 20), "video_" + String(repeating: "aB3-_", count: 30), String(repeating: "|", count: 150),
        String(repeating: "Zz9", count: 85), String(repeating: "a b/c?d#e%2F&=+", count: 40), String(repeating: "é", count: 300),
        String(repeating: "\u{1F3A5}", count: 200), String(repeating: "0123456789abcdef", count: 125),
        "bGl0ZWxsbTpjdXN0b21fbGxtX3Byb3ZpZGVyOm9wZW5haTttb2RlbF9pZDpzb3JhLTI7dmlkZW9faWQ6"
            + String(repeating: "dmlkZW9f", count: 20) + "==",
    ]

    private func makeRouter(_ name: String, hasJournal: Bool = true, limits: Limits = Limits()) async throws -> RestartableRouter {
        vendor.change { $0.ids = [name] }
        return try await RestartableRouter([RestartableRouter.account(vendor.serve())], limits: limits, hasJournal: hasJournal)
    }

    @Test(arguments: names)
    func `with a journal every id is short and every route finds the job, also after a restart`(name: String) async throws {
        let router = try await makeRouter(name)
        let made = try await router.create("gpu/any")
        #expect(made.status == 200 && made.id.utf8.count <= 255, "\(made.body)")
        for isRestarted in [false, true] {
            if isRestarted { try await router.restart() }
            router.advance(.seconds(10))
            let status = try await router.call("GET", "/v1/videos/\(made.id)").json?["status"]?.string
            #expect(status == (isRestarted ? "completed" : "in_progress"))
            #expect(try await router.call("GET", "/v1/videos").json?["data"]?.elements.first?["id"]?.string == made.id)
            #expect(try await router.journal?.jobRecord(made.id)?.ticket == name)
            if !isRestarted { vendor.change { state in for id in state.jobs.keys { state.jobs[id] = "completed" } } }
        }
        let clip = try await router.call("GET", "/v1/videos/\(made.id)/content")
        #expect(clip.status == 200 && clip.body == "bytes of \(name)")
        let other = try await router.call("GET", "/v1/videos/\(made.id)", key: "other")
        let garbage = try await router.call("GET", "/v1/videos/video_1234", key: "other")
        #expect(other.status == 404 && other.body == garbage.body)
        #expect(try await router.call("DELETE", "/v1/videos/\(made.id)").status == 200)
        #expect(try await router.call("GET", "/v1/videos/\(made.id)").status == 404)
        #expect(vendor.created == 1)
    }

    @Test(arguments: names) func `without a journal the id grows, and needs nothing but itself`(name: String) async throws {
        let router = try await makeRouter(name, hasJournal: false)
        let made = try await router.create("gpu/any")
        #expect(made.status == 200, "\(made.body)")
        vendor.change { $0.jobs[name] = "completed" }
        try await router.restart()
        #expect(try await router.call("GET", "/v1/videos/\(made.id)").json?["status"]?.string == "completed")
        #expect(try await router.call("GET", "/v1/videos/\(made.id)/content").body == "bytes of \(name)")
        #expect(try await router.call("GET", "/v1/videos/\(made.id)", key: "other").status == 404)
    }

    @Test func `a signed link leads to a job that the id only refers to`() async throws {
        let router = try await makeRouter(Self.names[2])
        let made = try await router.create("gpu/any")
        vendor.change { $0.jobs[Self.names[2]] = "completed" }
        router.advance(.seconds(10))
        let answer = try await router.call("GET", "/siraya/v1/videos/\(made.id)")
        let link = try #require(answer.json?["output_url"]?.string)
        try await router.restart()
        let path = String(link.dropFirst("http://localhost".count))
        #expect(try await router.call("GET", path, key: "nobody's").body == "bytes of \(Self.names[2])")
    }

    @Test func `a create that is sent again gets the same id, also after a restart`() async throws {
        let router = try await makeRouter(Self.names[3])
        let first = try await router.create("gpu/any", headers: ["Idempotency-Key: k"])
        #expect(try await router.create("gpu/any", headers: ["Idempotency-Key: k"]).id == first.id)
        try await router.restart()
        let again = try await router.create("gpu/any", headers: ["Idempotency-Key: k"])
        #expect(again.status == 200 && again.id == first.id && again.json?["model"]?.string == "gpu/any")
        #expect(vendor.created == 1)
    }

    @Test func `a job that the id only refers to can be continued`() async throws {
        let router = try await makeRouter(Self.names[2])
        let made = try await router.create("gpu/any")
        vendor.change { $0.jobs[Self.names[2]] = "completed" }
        try await router.restart()
        let remix = try await router.call("POST", "/v1/videos/\(made.id)/remix", body: #"{"prompt": "again"}"#)
        #expect(remix.status == 200, "\(remix.body)")
        #expect(vendor.log.all.last?.contains("/videos/\(Percent.encoded(Self.names[2]))/remix") == true)
    }

    @Test func `a job that is offered to the next model is found there, whatever both vendors call it`() async throws {
        let next = FakeVendor()
        next.change { $0.ids = [Self.names[4]] }
        vendor.change { $0.ids = [Self.names[2]] }
        let targets = ["gpu/a", "spare/b"].map { Planner.Target(model: $0, continuesAfterFailure: true) }
        let router = try await RestartableRouter(
            [RestartableRouter.account(vendor.serve()), RestartableRouter.account(next.serve(), name: "spare")],
            aliases: [("both", targets)])
        let made = try await router.create("both")
        vendor.change { $0.jobs[Self.names[2]] = "failed" }
        for _ in 0..<2 {
            router.advance(.seconds(10))
            #expect(try await router.call("GET", "/v1/videos/\(made.id)").json?["error"]?.isNull != false)
        }
        #expect(next.created == 1)
        try await router.restart()
        next.change { $0.jobs[Self.names[4]] = "completed" }
        router.advance(.seconds(10))
        #expect(try await router.call("GET", "/v1/videos/\(made.id)/content").body == "bytes of \(Self.names[4])")
        #expect(try await router.journal?.jobRecord(made.id)?.ticket == Self.names[4])
    }

    /// The state folder is missing while the vendor's answer is recorded.
    @Test func `a journal that fails behind the vendor's answer costs the short id and not the job`() async throws {
        let router = try await makeRouter(Self.names[2])
        let folder = router.folder
        let journal = try #require(router.journal)
        vendor.change {
            $0.beforeAnswer = {
                await journal.close()
                rename(folder, folder + "-away")
            }
        }
        let made = try await router.create("gpu/any")
        rename(folder + "-away", folder)
        #expect(made.status == 200 && made.id.utf8.count > 255, "\(made.body)")
        vendor.change { $0.jobs[Self.names[2]] = "completed" }
        try await router.restart()
        router.advance(.seconds(10))
        #expect(try await router.call("GET", "/v1/videos/\(made.id)/content").body == "bytes of \(Self.names[2])")
    }

    @Test func `a job behind a reference does not fail while the journal is unreadable`() async throws {
        let router = try await makeRouter(Self.names[2])
        let made = try await router.create("gpu/any")
        try await router.restart()
        let journal = try #require(router.journal)
        await journal.close()
        rename(router.folder, router.folder + "-away")
        let answer = try await router.call("GET", "/v1/videos/\(made.id)")
        rename(router.folder + "-away", router.folder)
        #expect(answer.status == 503, "\(answer.body)")
    }

    @Test func `a name of a model that is as long as any works, a longer one is refused before anything is paid`() async throws {
        let router = try await makeRouter("up_1")
        for count in [90, 95, 110, 130, 150, 200, 252] {
            let name = "gpu/" + String(repeating: "Mm", count: count / 2)
            let made = try await router.create(name)
            #expect(made.status == 200 && made.id.utf8.count <= 255 && made.json?["model"]?.string == name, "\(count): \(made.body)")
            #expect(try await router.call("GET", "/v1/videos/\(made.id)").json?["model"]?.string == name)
        }
        #expect(vendor.created == 7)
        let refused = try await router.create("gpu/" + String(repeating: "M", count: 253))
        #expect(refused.status == 400 && refused.json?["error"]?["param"]?.string == "model", "\(refused.body)")
        #expect(vendor.created == 7)
    }

    @Test func `what a vendor called a job whose answer proves nothing is in the list of unclear jobs`() async throws {
        let router = try await makeRouter("unused")
        vendor.change { $0.start = Response(status: 500, json: ["id": "up_77", "error": ["message": "late"], "data": ["task_id": 12]]) }
        #expect(try await router.create("gpu/any").json?["error"]?["code"]?.string == "create_ambiguous")
        let trace = try await router.journal?.jobRecords(state: .ambiguous).first?.trace
        #expect(trace?.contains("id: up_77") == true && trace?.contains("task_id: 12") == true, "\(trace ?? "")")
    }
}

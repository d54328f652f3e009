import Jobs
import TestCard
import Testing
import Wire

@Suite struct VendorTests {
    static let progressions: [(String, [(Int64, String)])] = [
        (
            "card",
            [
                (0, "queued"), (199, "queued"), (200, "running 10"), (1000, "running 50"), (1999, "running 99"), (2000, "done 1"),
                (9_000_000, "done 1"),
            ]
        ),
        ("fail", [(0, "queued"), (999, "running 49"), (1000, "failed vendorFailed"), (9_000_000, "failed vendorFailed")]),
        ("moderated", [(0, "queued"), (999, "running 49"), (1000, "failed moderated")]),
        ("slow", [(10_000, "queued"), (90_000, "running 50"), (179_999, "running 99"), (180_000, "done 1")]),
        ("expired", [(1000, "running 50"), (2000, "done 1")]),
    ]

    @Test(arguments: progressions) func `each model has the scenario of its name`(_ model: String, _ course: [(Int64, String)]) throws {
        let errand = try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model(model))
        for (moment, state) in course { #expect(try errand.progress(after: moment).text == state, "\(moment) ms") }
    }

    @Test func `the flaky model fails every other status while its job is fine`() throws {
        let errand = try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model("flaky-status"))
        var outcomes: [String] = []
        for second: Int64 in 2..<10 {
            do throws(Fault) {
                outcomes.append(try errand.progress(after: second * 1000).text)
            } catch {
                outcomes.append(error.kind.rawValue)
            }
        }
        let cycle = ["done 1", "vendorNonsense", "done 1", "vendorUnavailable"]
        #expect(outcomes == cycle + cycle)
        #expect(try errand.videoSpec(after: 3000).frameCount == 96)
    }

    @Test func `a video exists only after the end, and not for failed or expired jobs`() throws {
        for (model, moment, kind) in [
            ("card", 1999, Fault.Kind.notReady), ("fail", 5000, .jobFailed), ("moderated", 5000, .jobFailed), ("expired", 1000, .notReady),
            ("expired", 2000, .gone),
        ] {
            let errand = try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model(model))
            let error = #expect(throws: Fault.self) { try errand.videoSpec(after: Int64(moment)) }
            #expect(error?.kind == kind, "\(model) after \(moment) ms")
        }
    }

    @Test func `an expired video has an expiry, and its content responds with 410`() throws {
        let errand = try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model("expired"))
        guard case .done(let assets) = try errand.progress(after: 60_000), let asset = assets.first, case .call(let call) = asset.place
        else {
            Issue.record("no clip")
            return
        }
        #expect(asset.expires == TestVendorSession.start + .seconds(2))
        #expect(errand.vendor.reply(to: call, now: TestVendorSession.start + .seconds(60)).status == 410)
    }

    @Test func `the content call gives the movie's bytes`() throws {
        let job = TestVendorSession.job { $0.frameFormat.size = Size(width: 64, height: 64) }
        let errand = try TestVendorSession(job, on: TestVendorSession.model("card"))
        guard case .done(let assets) = try errand.progress(after: 2000), let asset = assets.first, case .call(let call) = asset.place else {
            Issue.record("no clip")
            return
        }
        let now = TestVendorSession.start + .seconds(2)
        let reply = errand.vendor.reply(to: call, now: now)
        #expect(asset.type == .mp4 && reply.headers[.contentType] == "video/mp4")
        #expect(Bytes(reply.body) == Sample.file(try errand.vendor.movie(for: errand.ticket, now: now)))
    }

    @Test func `the time a job takes comes from the account, or from the job`() throws {
        let quick = try #require(TestCard().adjusted(to: ["render_seconds": "0.5"]) as? TestCard)
        let errand = try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model("card"), vendor: quick)
        #expect(try errand.progress(after: 499).text == "running 99")
        #expect(try errand.progress(after: 500).text == "done 1")
        let job = TestVendorSession.job { $0.extras = [("render_seconds", 10)] }
        #expect(try TestVendorSession(job, on: TestVendorSession.model("card"), vendor: quick).progress(after: 5000).text == "running 50")
        let none = try #require(TestCard().adjusted(to: ["render_seconds": "soon"]) as? TestCard)
        #expect(
            try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model("card"), vendor: none).progress(after: 1999).text
                == "running 99")
        for wrong: JSONValue in ["soon", -1, 86_401, true, nil] {
            let error = #expect(throws: Fault.self) {
                try TestVendorSession(
                    TestVendorSession.job { $0.extras = [("render_seconds", wrong)] }, on: TestVendorSession.model("card"))
            }
            #expect(error?.kind == .invalid && error?.param == "render_seconds")
        }
    }

    @Test func `a clock that is set back does not hold a job up`() throws {
        let errand = try TestVendorSession(TestVendorSession.job(), on: TestVendorSession.model("card"))
        // Two machines' clocks may differ by so much.
        #expect(try errand.progress(after: -900).text == "queued")
        for step: Int64 in [-5000, -3_600_000] { #expect(try errand.progress(after: step).text.hasPrefix("done")) }
    }

    @Test(arguments: [
        [], [""], ["c"], ["q.1.1.zk.k0.1.o", "", ""], ["c.0.0.2.2.1s.o", "", ""], ["c.-1.0.zk.k0.1s.o", "", ""],
        ["c.zzzzzzzzzzzz.0.zk.k0.1s.o", "", ""],
    ])
    func `a ticket of another vendor is not a job`(_ fields: [String]) throws {
        let ticket = Ticket(fields: fields)
        guard case .call(let call) = TestCard().statusCall(for: ticket) else {
            Issue.record("no call")
            return
        }
        let reply = TestCard().reply(to: call, now: TestVendorSession.start)
        #expect(reply.status == 404)
        let error = #expect(throws: Fault.self) { try TestCard().movie(for: ticket, now: TestVendorSession.start) }
        #expect(error?.kind == .notFound)
    }
}

import Configuration
import Jobs
import Journal
import Routing
import Seal
import Server
import Testing
import Wire

@testable import Access
@testable import Gateway

/// The outcome of a create for each vendor answer: in the response, in the journal and in the budget.
struct CreateOutcomeTests {
    private let vendor = FakeVendor()

    private func makeRouter(hasJournal: Bool = true) async throws -> RestartableRouter {
        var caller = Caller(Owner(name: "studio"))
        caller.budget = hasJournal ? Budget("100.00 USD") : nil
        var limits = Limits()
        limits.upstreamFirstByteTimeout = .seconds(1)
        return try await RestartableRouter(
            [RestartableRouter.account(vendor.serve(), price: Money(micros: 600_000))], caller: caller, limits: limits,
            hasJournal: hasJournal)
    }

    @Test func `an accepted create is one paid call, recorded and reserved`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any")
        #expect(made.status == 200 && made.head.contains("genlock-cost: 0.60 usd"), "\(made.head)")
        #expect(vendor.created == 1)
        let record = try #require(try await router.records().first)
        #expect(record.state == .accepted && record.id == made.id && record.ticket == "job_1")
        #expect(try await router.spent() == 0.6)
    }

    @Test(arguments: [400, 401, 402, 403, 404, 413, 422, 429])
    func `a refused create costs nothing, and its key may be used again`(status: Int) async throws {
        let router = try await makeRouter()
        vendor.change { $0.start = Response(status: status, json: ["error": ["message": "no", "code": "no"]]) }
        let refused = try await router.create("gpu/any", headers: ["Idempotency-Key: k"])
        #expect(refused.status >= 400 && !refused.body.contains("create_ambiguous"), "\(refused.body)")
        #expect(try await router.records().map(\.state) == [.notSent])
        #expect(try await router.spent() == 0)
        vendor.change { $0.start = nil }
        // The longest time for which a refusal closes an account or a model.
        router.advance(.seconds(301))
        let made = try await router.create("gpu/any", headers: ["Idempotency-Key: k"])
        #expect(made.status == 200 && vendor.created == 2, "\(made.body)")
    }

    /// An answer that does not prove a refusal, and one that does not arrive.
    enum Doubt: String, CaseIterable, Sendable {
        case cutBeforeHead, cutInBody, never, error500, error502, error504, notJSON, noID

        func apply(to state: inout FakeVendor.State) {
            switch self {
            case .cutBeforeHead: state.loss = .cutBeforeHead
            case .cutInBody: state.loss = .cutInBody
            case .never: state.loss = .never
            case .error500: state.start = Response(status: 500, json: ["error": "oops"])
            case .error502: state.start = Response(status: 502, body: Pieces("<html>Bad Gateway</html>"))
            case .error504: state.start = Response(status: 504)
            case .notJSON: state.start = Response(status: 200, body: Pieces("<html>"))
            case .noID: state.start = Response(json: ["status": "queued"])
            }
        }
    }

    @Test(arguments: Doubt.allCases)
    func `a create whose outcome is not known is reported, stays spent, and is never sent again`(doubt: Doubt) async throws {
        let router = try await makeRouter()
        vendor.change { doubt.apply(to: &$0) }
        for attempt in 0..<3 {
            if attempt == 2 { try await router.restart() }
            let answer = try await router.create("gpu/any", headers: ["Idempotency-Key: k"])
            #expect([502, 504].contains(answer.status) && answer.json?["error"]?["code"]?.string == "create_ambiguous", "\(answer.body)")
            #expect(answer.head.contains("x-should-retry: false"))
            #expect(vendor.created == 1, "attempt \(attempt)")
        }
        let record = try #require(try await router.records().first)
        #expect(record.state == .ambiguous && record.trace != nil)
        #expect(try await router.spent() == 0.6)
        let listed = try #require(try await router.call("GET", "/v1/videos").json?["data"]?.elements.first?["id"]?.string)
        let shown = try await router.status(of: listed)
        #expect(shown.json?["status"]?.string == "failed" && shown.json?["error"]?["code"]?.string == "create_ambiguous", "\(shown.body)")
    }

    @Test func `without a journal a create whose outcome is not known is remembered all the same`() async throws {
        let router = try await makeRouter(hasJournal: false)
        vendor.change { $0.loss = .cutBeforeHead }
        for _ in 0..<2 {
            #expect(try await router.create("gpu/any", headers: ["Idempotency-Key: k"]).body.contains("create_ambiguous"))
        }
        #expect(vendor.created == 1)
    }

    @Test func `the next account is asked after a refusal, and not after a lost answer`() async throws {
        let second = FakeVendor()
        let accounts = [
            try RestartableRouter.account(try await vendor.serve(), name: "one"),
            try RestartableRouter.account(try await second.serve(), name: "two"),
        ]
        let targets = [Planner.Target(model: "one/any"), Planner.Target(model: "two/any")]
        let router = try await RestartableRouter(accounts, aliases: [("pool", targets)])
        vendor.change { $0.loss = .cutBeforeHead }
        #expect(try await router.create("pool").body.contains("create_ambiguous"))
        #expect(vendor.created == 1 && second.created == 0)
        vendor.change { ($0.loss, $0.start) = (nil, Response(status: 422, json: ["error": "no"])) }
        #expect(try await router.create("pool").status == 200)
        #expect(vendor.created == 2 && second.created == 1)
        #expect(try await router.records().map(\.state) == [.accepted, .notSent, .ambiguous])
    }
}

import Configuration
import Crypto
import Jobs
import Journal
import Net
import Seal
import Server
import Testing
import Wire

@testable import Access
@testable import Gateway
@testable import Upstream

/// The spending of a key: reserved with the create, settled at the job's end, released if nothing was made.
struct SettlementTests {
    private let vendor = FakeVendor()

    private func makeRouter(_ budget: String = "1.00 USD", price: Int64? = 600_000, isTraceable: Bool = false) async throws
        -> RestartableRouter
    {
        let base = try await vendor.serve()
        let price = price.map { Money(micros: $0) }
        let account =
            isTraceable
            ? Account(
                name: "gpu", vendor: try TraceableVendor(), baseURL: base, secrets: ["api_key": Secret("sk-vendor")],
                terms: RestartableRouter.terms(price: price))
            : try RestartableRouter.account(base, price: price)
        var caller = Caller(Owner(name: "studio"))
        caller.budget = Budget(budget)
        return try await RestartableRouter([account], caller: caller)
    }

    private func end(_ word: String, _ id: String, at router: RestartableRouter) async throws -> String? {
        vendor.change { $0.jobs = $0.jobs.mapValues { _ in word } }
        router.advance(.seconds(3))
        return try await router.status(of: id).json?["status"]?.string
    }

    @Test(arguments: [("completed", "completed", 0.6), ("failed", "failed", 0), ("cancelled", "failed", 0.6), ("expired", "failed", 0.6)])
    func `a job that is done stays spent, one that failed is released, of others the cost is not known`(
        word: String, status: String, spent: Double
    ) async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any")
        #expect(try await router.spent() == 0.6)
        #expect(try await end(word, made.id, at: router) == status)
        #expect(try await router.spent() == spent)
        try await router.restart()
        #expect(try await router.spent() == spent)
    }

    @Test func `what the vendor reports takes the place of what was reserved`() async throws {
        let router = try await makeRouter(isTraceable: true)
        let made = try await router.create("gpu/any")
        vendor.change { $0.reportedCost = 0.25 }
        #expect(try await end("completed", made.id, at: router) == "completed")
        #expect(try await router.spent() == 0.25)
        #expect(try await router.status(of: made.id).head.contains("genlock-cost: 0.25 usd"))
    }

    @Test func `a job that never ends has failed after its time, and stays spent`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any")
        router.advance(Limits().jobTimeout + .seconds(3))
        #expect(try await router.status(of: made.id).json?["status"]?.string == "failed")
        #expect(try await router.spent() == 0.6)
    }

    @Test func `a job beyond the budget is refused before anything is sent, and fits once another is released`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any")
        let refused = try await router.create("gpu/any")
        #expect(refused.status == 429 && refused.json?["error"]?["code"]?.string == "insufficient_quota", "\(refused.body)")
        #expect(vendor.created == 1 && vendor.log.all.count == 1)
        #expect(try await router.spent() == 0.6)
        #expect(try await end("failed", made.id, at: router) == "failed")
        #expect(try await router.create("gpu/any").status == 200)
        #expect(try await router.spent() == 0.6)
    }

    @Test func `many creates at once do not spend the same rest`() async throws {
        let router = try await makeRouter()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 { group.addTask { try await router.create("gpu/any", prompt: "\(number)").status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 429, count: 7))
        #expect(vendor.created == 1)
    }

    @Test func `a day's budget begins again with the next day`() async throws {
        let router = try await makeRouter("1.00 USD/day")
        #expect(try await router.create("gpu/any").status == 200)
        #expect(try await router.create("gpu/any").status == 429)
        router.advance(.seconds(86_400))
        #expect(try await router.create("gpu/any").status == 200)
        #expect(try await router.create("gpu/any").status == 429)
        #expect(vendor.created == 2)
    }

    @Test func `a wall clock that is set back spends no day twice`() async throws {
        let router = try await makeRouter("1.00 USD/day")
        #expect(try await router.create("gpu/any").status == 200)
        router.advance(.seconds(60), step: .seconds(-86_400))
        #expect(try await router.create("gpu/any").status == 429)
        #expect(vendor.created == 1)
    }

    @Test func `a job without a known price is refused where the key has a budget`() async throws {
        let router = try await makeRouter(price: nil)
        let refused = try await router.create("gpu/any")
        #expect(refused.status == 400 && refused.json?["error"]?["code"]?.string == "price_unknown", "\(refused.body)")
        #expect(vendor.created == 0)
    }
}

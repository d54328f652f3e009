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
@testable import Upstream

/// A job that fails at its vendor goes on at the next try of its alias (`on_failure: next`): under its id, paid once at each vendor.
@Suite struct `A failed job that goes on` {
    private let vendors = [FakeVendor(), FakeVendor(), FakeVendor()]
    private static let pollInterval: Duration = .seconds(3)

    /// Vendors `one`, `two` and `three` at 0.10, 0.30 and 0.20 USD, behind the alias `pool`.
    private func makeRouter(budget: String = "100.00 USD", limits: Limits = Limits()) async throws -> RestartableRouter {
        var accounts: [Account] = []
        for (place, (name, price)) in [("one", 100_000), ("two", 300_000), ("three", 200_000)].enumerated() {
            accounts.append(try RestartableRouter.account(try await vendors[place].serve(), name: name, price: Money(micros: Int64(price))))
        }
        var caller = Caller(Owner(name: "studio"))
        caller.budget = Budget(budget)
        let targets = ["one/any", "two/any", "three/any"].map { Planner.Target(model: $0, continuesAfterFailure: true) }
        return try await RestartableRouter(accounts, aliases: [("pool", targets)], caller: caller, limits: limits)
    }

    private var created: [Int] { vendors.map(\.created) }

    private func end(_ vendor: Int, _ word: String) { vendors[vendor].change { $0.jobs = $0.jobs.mapValues { _ in word } } }

    /// The job's state once its vendor may be asked again.
    private func poll(_ id: String, at router: RestartableRouter) async throws -> RestartableRouter.Answer {
        router.advance(Self.pollInterval)
        return try await router.status(of: id)
    }

    @Test func `is made by the next vendor under the same id, at that one's price`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        #expect(try await router.spent() == 0.1)
        end(0, "failed")
        let moved = try await poll(made.id, at: router)
        #expect(moved.json?["status"]?.string == "queued" && moved.id == made.id && moved.head.contains("genlock-cost: 0.30 usd"))
        #expect(moved.body.contains("was given to"), "\(moved.body)")
        #expect(try await router.spent() == 0.3)
        end(1, "completed")
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "completed")
        #expect(created == [1, 1, 0])
        #expect(try await router.records().map(\.state) == [.done])
        #expect(try await router.spent() == 0.3)
    }

    @Test func `is not paid again after a restart`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, "failed")
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "queued")
        for _ in 0..<2 {
            try await router.restart()
            #expect(try await poll(made.id, at: router).json?["status"]?.string == "in_progress")
            #expect(created == [1, 1, 0])
        }
        end(1, "completed")
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "completed")
        #expect(try await router.call("GET", "/v1/videos/\(made.id)/content").body == "bytes of job_1")
        #expect(vendors[1].log.all.contains { $0.contains("/content") })
    }

    @Test func `goes on after a restart in between, from the stored request`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, "failed")
        try await router.restart()
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "queued")
        #expect(created == [1, 1, 0])
    }

    @Test func `is paid once although many ask about it at the same time`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, "failed")
        let gate = Gate()
        vendors[1].change { $0.beforeAnswer = { await gate.pass() } }
        router.advance(Self.pollInterval)
        let id = made.id
        let words = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<6 { group.addTask { try await router.status(of: id).json?["status"]?.string ?? "none" } }
            try await gate.waitForArrival()
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(words == Array(repeating: "queued", count: 6))
        #expect(created == [1, 1, 0])
    }

    @Test func `has failed once all have failed, and costs nothing`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        for vendor in 0..<3 {
            end(vendor, "failed")
            #expect(try await poll(made.id, at: router).json?["status"]?.string == (vendor < 2 ? "queued" : "failed"))
        }
        for _ in 0..<2 { #expect(try await poll(made.id, at: router).json?["status"]?.string == "failed") }
        #expect(created == [1, 1, 1])
        #expect(try await router.spent() == 0)
    }

    @Test func `whose second answer is lost is ambiguous, and the third vendor is not asked`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, "failed")
        vendors[1].change { $0.loss = .cutBeforeHead }
        for restarts in [false, true] {
            if restarts { try await router.restart() }
            let answer = try await poll(made.id, at: router)
            #expect(answer.json?["status"]?.string == "failed" && answer.body.contains("create_ambiguous"), "\(answer.body)")
            #expect(created == [1, 1, 0])
        }
        #expect(try await router.records().map(\.state) == [.ambiguous])
        #expect(try await router.spent() == 0.3)
    }

    @Test func `passes over a vendor that refuses it`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, "failed")
        vendors[1].change { $0.start = Response(status: 422, json: ["error": "no"]) }
        let moved = try await poll(made.id, at: router)
        #expect(moved.json?["status"]?.string == "queued" && moved.head.contains("genlock-cost: 0.20 usd"), "\(moved.body)")
        #expect(created == [1, 1, 1])
        #expect(try await router.spent() == 0.2)
    }

    @Test func `that every vendor refuses has failed with its first failure, and costs nothing`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, "failed")
        for vendor in vendors[1...] { vendor.change { $0.start = Response(status: 422, json: ["error": "no"]) } }
        for _ in 0..<2 { #expect(try await poll(made.id, at: router).json?["status"]?.string == "failed") }
        #expect(created == [1, 1, 1])
        #expect(try await router.records().map(\.state) == [.failed])
        #expect(try await router.spent() == 0)
    }

    @Test(arguments: ["cancelled", "expired"])
    func `does not go on where a person or time has ended it`(word: String) async throws {
        let router = try await makeRouter()
        let made = try await router.create("pool")
        end(0, word)
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "failed")
        #expect(created == [1, 0, 0])
    }

    @Test func `that no longer fits into the budget has failed, and nothing is sent`() async throws {
        let router = try await makeRouter(budget: "0.15 USD")
        let made = try await router.create("pool")
        end(0, "failed")
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "failed")
        #expect(created == [1, 0, 0])
        #expect(try await router.spent() == 0)
    }

    @Test func `whose request is too large to be stored ends where it failed, as its create warned`() async throws {
        var limits = Limits()
        limits.maxJournalRequestBytes = 100
        let router = try await makeRouter(limits: limits)
        let made = try await router.create("pool", prompt: String(repeating: "x", count: 100))
        #expect(made.body.contains("no other model can take it"), "\(made.body)")
        end(0, "failed")
        #expect(try await poll(made.id, at: router).json?["status"]?.string == "failed")
        #expect(created == [1, 0, 0])
    }

    /// The second of two accounts has one slot, which another job holds.
    private func makeFullRouter() async throws -> (RestartableRouter, waiting: String, holding: String) {
        var accounts: [Account] = []
        for (place, (name, slots)) in [("one", nil), ("two", 1)].enumerated() {
            accounts.append(try RestartableRouter.account(try await vendors[place].serve(), name: name, slots: slots))
        }
        let targets = ["one/any", "two/any"].map { Planner.Target(model: $0, continuesAfterFailure: true) }
        let router = try await RestartableRouter(accounts, aliases: [("pool", targets)])
        let holding = try await router.create("two/any").id
        let made = try await router.create("pool")
        end(0, "failed")
        return (router, made.id, holding)
    }

    @Test func `waits for a free slot at the next vendor, and takes it`() async throws {
        let (router, id, holding) = try await makeFullRouter()
        for _ in 0..<2 { #expect(try await poll(id, at: router).json?["status"]?.string == "queued") }
        #expect(created == [1, 1, 0])
        end(1, "completed")
        #expect(try await poll(holding, at: router).json?["status"]?.string == "completed")
        vendors[1].change { $0.ids = ["moved"] }
        #expect(try await router.status(of: id).json?["status"]?.string == "queued")
        _ = try await poll(id, at: router)
        #expect(created == [1, 2, 0])
    }

    @Test(arguments: [.zero, .seconds(-86_400), .seconds(86_400)] as [Duration])
    func `waits no longer than its window, whatever the wall clock says`(step: Duration) async throws {
        let (router, id, _) = try await makeFullRouter()
        #expect(try await poll(id, at: router).json?["status"]?.string == "queued")
        router.advance(Limits().failoverWindow - .seconds(10), step: step)
        #expect(try await router.status(of: id).json?["status"]?.string == "queued")
        router.advance(.seconds(11))
        #expect(try await router.status(of: id).json?["status"]?.string == "failed")
        #expect(created == [1, 1, 0])
    }
}

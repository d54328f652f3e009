import Jobs
import Routing
import Seal
import Telemetry
import Testing
import Wire

@testable import Gateway

/// Who gets in where, and in which order.
struct GatesTests {
    private let start = Instant(nanoseconds: 0)
    private let gates: Gates

    init() {
        var limits = Limits()
        limits.queuedCreates = 4
        gates = Gates(limits: limits)
    }

    private func at(_ seconds: Int64) -> Instant { start + .seconds(seconds) }

    private func enter(
        _ accounts: [(String, Gate.Bounds)], owner: String = "o", deadline: Int64? = 30, at second: Int64 = 0
    ) -> Gates.Entry {
        gates.enter(
            Gates.Applicant(
                accounts: accounts.map { ($0.0, "m", $0.1) }, owner: Owner(name: owner), until: at(100_000), deadline: deadline.map(at)),
            now: at(second))
    }

    private func pass(_ entry: Gates.Entry) -> Gates.Pass? { if case .open(let pass) = entry { pass } else { nil } }
    private func number(_ entry: Gates.Entry) -> Int? { if case .wait(let number) = entry { number } else { nil } }
    private func refusal(_ entry: Gates.Entry) -> Gates.Refusal? { if case .shut(let refusal) = entry { refusal } else { nil } }
    private func pass(_ outcome: Gates.Outcome) -> Gates.Pass? { if case .open(let pass) = outcome { pass } else { nil } }

    private func hold(_ pass: Gates.Pass, _ id: String) {
        gates.hold(pass, as: id, of: Owner(name: "o"), until: at(100_000), now: at(0))
    }

    private let one = Gate.Bounds(slots: 1)

    @Test func `the first account of the plan that has room is taken`() throws {
        let plan = [("a", one), ("b", Gate.Bounds(slots: 2))]
        #expect(pass(enter(plan))?.account == "a")
        #expect(pass(enter(plan))?.account == "b")
        #expect(pass(enter(plan))?.account == "b")
        #expect(number(enter(plan)) != nil)
    }

    @Test func `who waits is let in when a job ends`() async throws {
        hold(try #require(pass(enter([("a", one)]))), "job")
        let waiting = try #require(number(enter([("a", one)])))
        gates.free("job", now: at(1))
        #expect(pass(await gates.wait(waiting))?.account == "a")
        #expect(number(enter([("a", one)])) != nil, "the slot is taken again")
    }

    @Test func `a newcomer does not overtake who waits`() async throws {
        let bounds = Gate.Bounds(slots: 1, rate: .init(1, per: .seconds(10)))
        let first = try #require(pass(enter([("a", bounds)])))
        let waiting = try #require(number(enter([("a", bounds)])))
        gates.giveBack(first, because: Fault(.vendorRefused, "x"), now: at(1))
        #expect(number(enter([("a", bounds)], at: 12)) != nil, "there is room now, but not for the newcomer")
        #expect(gates.tick(now: at(12)) != nil)
        #expect(pass(await gates.wait(waiting)) != nil)
    }

    @Test func `a pause beyond the deadline is not waited for`() async throws {
        let first = try #require(pass(enter([("a", one)])))
        let waiting = try #require(number(enter([("a", one)])))
        gates.giveBack(first, because: Fault(.vendorRateLimited, "x", retryAfter: .seconds(86_400)), now: at(1))
        #expect(gates.tick(now: at(2)) == nil, "nobody waits any more")
        if case .late(let refusal) = await gates.wait(waiting) { #expect(refusal.isFull) } else { Issue.record("not late") }
        let refused = try #require(refusal(enter([("a", one)], at: 3)))
        #expect(refused.isFull && (refused.wait ?? .zero) > .seconds(30))
    }

    @Test func `owners take turns`() async throws {
        hold(try #require(pass(enter([("a", one)]))), "job 0")
        let busy = try (0..<3).map { _ in try #require(number(enter([("a", one)], owner: "busy"))) }
        let other = try #require(number(enter([("a", one)], owner: "other")))
        for (turn, expected) in [busy[0], other, busy[1], busy[2]].enumerated() {
            gates.free("job \(turn)", now: at(1))
            hold(try #require(pass(await gates.wait(expected))), "job \(turn + 1)")
        }
    }

    @Test func `the queue is bounded, and without a deadline nobody waits`() {
        _ = enter([("a", one)])
        #expect(refusal(enter([("a", one)], deadline: nil))?.isFull == true)
        for _ in 0..<4 { #expect(number(enter([("a", one)])) != nil) }
        #expect(refusal(enter([("a", one)]))?.isFull == true)
    }

    @Test func `whoever waits too long is told, and whoever leaves makes room in the queue`() async throws {
        _ = enter([("a", one)])
        let late = try #require(number(enter([("a", one)], deadline: 5)))
        let leaver = try #require(number(enter([("a", one)])))
        #expect(gates.tick(now: at(4)) != nil)
        #expect(gates.tick(now: at(5)) != nil)
        if case .late(let refusal) = await gates.wait(late) { #expect(refusal.isFull) } else { Issue.record("not late") }
        gates.leave(leaver)
        if case .left = await gates.wait(leaver) {} else { Issue.record("still there") }
        #expect(gates.tick(now: at(6)) == nil)
    }

    @Test func `an account without bounds is never waited for`() throws {
        let first = try #require(pass(enter([("a", Gate.Bounds())])))
        gates.giveBack(first, because: Fault(.vendorBusy, "x", retryAfter: .seconds(9)), now: at(0))
        let told = try #require(refusal(enter([("a", Gate.Bounds())], at: 1)))
        #expect(!told.isFull && told.wait == .seconds(8) && told.cause == .vendorBusy)
        #expect(pass(enter([("a", Gate.Bounds())], at: 9)) != nil)
    }

    @Test func `with bounds, the vendor's own pause is waited for, and a tripped breaker is not`() async throws {
        let first = try #require(pass(enter([("a", one)])))
        gates.giveBack(first, because: Fault(.vendorBusy, "x", retryAfter: .seconds(9)), now: at(0))
        let waiting = try #require(number(enter([("a", one)], at: 1)))
        #expect(gates.tick(now: at(8)) != nil)
        #expect(gates.tick(now: at(9)) == nil)
        let probe = try #require(pass(await gates.wait(waiting)))
        gates.giveBack(probe, because: Fault(.vendorCredentials, "x"), now: at(9))
        #expect(refusal(enter([("a", one)], at: 10))?.wait == .seconds(59))
    }

    @Test func `the pause that ends first is told, and what waiting does not help only where nothing else is`() throws {
        let (a, b) = (("a", Gate.Bounds()), ("b", Gate.Bounds()))
        gates.giveBack(try #require(pass(enter([a]))), because: Fault(.vendorCredentials, "x"), now: at(0))
        #expect(refusal(enter([a], at: 1))?.cause == .vendorCredentials)
        gates.giveBack(try #require(pass(enter([b]))), because: Fault(.vendorRateLimited, "x", retryAfter: .seconds(90)), now: at(0))
        let told = try #require(refusal(enter([a, b], at: 1)))
        #expect(told.cause == .vendorRateLimited && told.wait == .seconds(89))
        #expect(told.skipped.map(\.place) == [0, 1])
    }

    @Test func `the oldest jobs of a full account are suspected first, now and then, while somebody waits`() throws {
        let two = Gate.Bounds(slots: 2)
        for (place, id) in ["new", "old"].enumerated() {
            gates.resume(id, of: Owner(name: "o"), on: "a", bounds: two, since: at(-Int64(place)), until: at(100))
        }
        #expect(!gates.mustTick())
        _ = try #require(number(enter([("a", two)])))
        #expect(gates.mustTick() && !gates.mustTick())
        #expect(gates.tick(now: at(0))?.map { $0.map(\.id) } == [["old", "new"]])
        #expect(gates.tick(now: at(1))?.isEmpty == true)
        #expect(gates.tick(now: at(2))?.count == 1)
        #expect(gates.report().map { [$0.jobs, $0.slots, $0.waiting] } == [[2, 2, 1]])
    }

    @Test func `an owner with many waiting creates gives up its newest to another owner's first`() async throws {
        hold(try #require(pass(enter([("a", one)]))), "job")
        let busy = try (0..<4).map { _ in try #require(number(enter([("a", one)], owner: "busy"))) }
        let other = try #require(number(enter([("a", one)], owner: "other")))
        if case .late(let refusal) = await gates.wait(busy[3]) { #expect(refusal.isFull) } else { Issue.record("not refused") }
        #expect(refusal(enter([("a", one)], owner: "busy"))?.isFull == true)
        gates.free("job", now: at(1))
        #expect(pass(await gates.wait(busy[0])) != nil)
        gates.leave(other)
    }

    @Test func `a create that only its own model's breaker holds back does not stand in the way of others`() async throws {
        let two = Gate.Bounds(slots: 2)
        func enter(_ model: String, at second: Int64) -> Gates.Entry {
            gates.enter(
                Gates.Applicant(accounts: [("a", model, two)], owner: Owner(name: "o"), until: at(100_000), deadline: at(30)),
                now: at(second))
        }
        hold(try #require(pass(enter("m", at: 0))), "job")
        let second = try #require(pass(enter("shut", at: 0)))
        let (held, free) = (try #require(number(enter("shut", at: 0))), try #require(number(enter("m", at: 0))))
        gates.giveBack(second, because: Fault(.modelUnavailable, "x"), now: at(1))
        #expect(gates.tick(now: at(3)) == nil, "one is let in, and the other would wait in vain")
        #expect(pass(await gates.wait(free)) != nil)
        if case .late = await gates.wait(held) {} else { Issue.record("let in at a model that is shut") }
    }
}

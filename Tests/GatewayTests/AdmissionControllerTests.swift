import Jobs
import Routing
import Seal
import Telemetry
import Testing
import Wire

@testable import Access
@testable import Gateway

/// Which creates are admitted, at which account and in which order.
struct AdmissionControllerTests {
    private let start = Instant(nanoseconds: 0)
    private let admission: AdmissionController

    init() {
        var limits = Limits()
        limits.maxQueuedCreates = 4
        admission = AdmissionController(limits: limits)
    }

    private func at(_ seconds: Int64) -> Instant { start + .seconds(seconds) }

    private func requestPermit(
        _ accounts: [(String, AccountLimiter.Bounds)], owner: String = "o", deadline: Int64? = 30, at second: Int64 = 0
    ) -> AdmissionController.Admission {
        admission.requestPermit(
            AdmissionController.AdmissionRequest(
                accounts: accounts.map { ($0.0, "m", $0.1) }, owner: Owner(name: owner), until: at(100_000), deadline: deadline.map(at)),
            now: at(second))
    }

    private func permit(_ entry: AdmissionController.Admission) -> AdmissionController.Permit? {
        if case .permitted(let permit) = entry { permit } else { nil }
    }
    private func number(_ entry: AdmissionController.Admission) -> Int? { if case .queued(let number) = entry { number } else { nil } }
    private func denial(_ entry: AdmissionController.Admission) -> AdmissionController.AdmissionDenial? {
        if case .denied(let denial) = entry { denial } else { nil }
    }
    private func permit(_ outcome: AdmissionController.Outcome) -> AdmissionController.Permit? {
        if case .permitted(let permit) = outcome { permit } else { nil }
    }

    /// The outcome of a queued create. A create that is not admitted within 20 seconds is withdrawn, so that a fault of the controller
    /// fails the test instead of blocking it.
    private func outcome(of number: Int) async -> AdmissionController.Outcome {
        let watchdog = Task { [admission] in
            try await Task.sleep(for: .seconds(20))
            admission.withdraw(number)
        }
        defer { watchdog.cancel() }
        return await admission.wait(number)
    }

    private func commit(_ permit: AdmissionController.Permit, _ id: String) {
        admission.commit(permit, as: id, of: Owner(name: "o"), until: at(100_000), now: at(0))
    }

    private let one = AccountLimiter.Bounds(slots: 1)

    @Test func `the first account of the plan with a free slot is taken`() throws {
        let plan = [("a", one), ("b", AccountLimiter.Bounds(slots: 2))]
        #expect(permit(requestPermit(plan))?.account == "a")
        #expect(permit(requestPermit(plan))?.account == "b")
        #expect(permit(requestPermit(plan))?.account == "b")
        #expect(number(requestPermit(plan)) != nil)
    }

    @Test func `a waiting create is admitted when a job ends`() async throws {
        commit(try #require(permit(requestPermit([("a", one)]))), "job")
        let waiting = try #require(number(requestPermit([("a", one)])))
        admission.releaseJob("job", now: at(1))
        #expect(permit(await outcome(of: waiting))?.account == "a")
        #expect(number(requestPermit([("a", one)])) != nil, "the slot is taken again")
    }

    @Test func `a new create does not overtake a waiting one`() async throws {
        let bounds = AccountLimiter.Bounds(slots: 1, rate: .init(1, per: .seconds(10)))
        let first = try #require(permit(requestPermit([("a", bounds)])))
        let waiting = try #require(number(requestPermit([("a", bounds)])))
        admission.release(first, because: Fault(.vendorRefused, "x"), now: at(1))
        #expect(number(requestPermit([("a", bounds)], at: 12)) != nil, "a slot is free now, but not for the new create")
        #expect(admission.tick(now: at(12)) != nil)
        #expect(permit(await outcome(of: waiting)) != nil)
    }

    @Test func `a pause beyond the deadline is not waited for`() async throws {
        let first = try #require(permit(requestPermit([("a", one)])))
        let waiting = try #require(number(requestPermit([("a", one)])))
        admission.release(first, because: Fault(.vendorRateLimited, "x", retryAfter: .seconds(86_400)), now: at(1))
        #expect(admission.tick(now: at(2)) == nil, "no create waits any more")
        if case .expired(let denial) = await outcome(of: waiting) { #expect(denial.isFull) } else { Issue.record("not late") }
        let refused = try #require(denial(requestPermit([("a", one)], at: 3)))
        #expect(refused.isFull && (refused.wait ?? .zero) > .seconds(30))
    }

    @Test func `owners take turns`() async throws {
        commit(try #require(permit(requestPermit([("a", one)]))), "job 0")
        let busy = try (0..<3).map { _ in try #require(number(requestPermit([("a", one)], owner: "busy"))) }
        let other = try #require(number(requestPermit([("a", one)], owner: "other")))
        for (turn, expected) in [busy[0], other, busy[1], busy[2]].enumerated() {
            admission.releaseJob("job \(turn)", now: at(1))
            commit(try #require(permit(await outcome(of: expected))), "job \(turn + 1)")
        }
    }

    @Test func `the queue is bounded, and a create without a deadline does not wait`() {
        _ = requestPermit([("a", one)])
        #expect(denial(requestPermit([("a", one)], deadline: nil))?.isFull == true)
        for _ in 0..<4 { #expect(number(requestPermit([("a", one)])) != nil) }
        #expect(denial(requestPermit([("a", one)]))?.isFull == true)
    }

    @Test func `a wait expires at its deadline, and a create that leaves frees its place in the queue`() async throws {
        _ = requestPermit([("a", one)])
        let late = try #require(number(requestPermit([("a", one)], deadline: 5)))
        let leaver = try #require(number(requestPermit([("a", one)])))
        #expect(admission.tick(now: at(4)) != nil)
        #expect(admission.tick(now: at(5)) != nil)
        if case .expired(let denial) = await outcome(of: late) { #expect(denial.isFull) } else { Issue.record("not late") }
        admission.withdraw(leaver)
        if case .disconnected = await outcome(of: leaver) {} else { Issue.record("still there") }
        #expect(admission.tick(now: at(6)) == nil)
    }

    @Test func `an account without bounds is never waited for`() throws {
        let first = try #require(permit(requestPermit([("a", AccountLimiter.Bounds())])))
        admission.release(first, because: Fault(.vendorBusy, "x", retryAfter: .seconds(9)), now: at(0))
        let told = try #require(denial(requestPermit([("a", AccountLimiter.Bounds())], at: 1)))
        #expect(!told.isFull && told.wait == .seconds(8) && told.cause == .vendorBusy)
        #expect(permit(requestPermit([("a", AccountLimiter.Bounds())], at: 9)) != nil)
    }

    @Test func `with bounds, the vendor's own pause is waited for, and a tripped breaker is not`() async throws {
        let first = try #require(permit(requestPermit([("a", one)])))
        admission.release(first, because: Fault(.vendorBusy, "x", retryAfter: .seconds(9)), now: at(0))
        let waiting = try #require(number(requestPermit([("a", one)], at: 1)))
        #expect(admission.tick(now: at(8)) != nil)
        #expect(admission.tick(now: at(9)) == nil)
        let probe = try #require(permit(await outcome(of: waiting)))
        admission.release(probe, because: Fault(.vendorCredentials, "x"), now: at(9))
        #expect(denial(requestPermit([("a", one)], at: 10))?.wait == .seconds(59))
    }

    @Test func `the pause that ends first is reported, and a permanent cause only if there is no other`() throws {
        let (a, b) = (("a", AccountLimiter.Bounds()), ("b", AccountLimiter.Bounds()))
        admission.release(try #require(permit(requestPermit([a]))), because: Fault(.vendorCredentials, "x"), now: at(0))
        #expect(denial(requestPermit([a], at: 1))?.cause == .vendorCredentials)
        admission.release(
            try #require(permit(requestPermit([b]))), because: Fault(.vendorRateLimited, "x", retryAfter: .seconds(90)), now: at(0))
        let told = try #require(denial(requestPermit([a, b], at: 1)))
        #expect(told.cause == .vendorRateLimited && told.wait == .seconds(89))
        #expect(told.skipped.map(\.tryIndex) == [0, 1])
        let c = ("c", AccountLimiter.Bounds())
        admission.release(
            try #require(permit(requestPermit([c]))), because: Fault(.vendorRateLimited, "x", retryAfter: .seconds(30)), now: at(0))
        for accounts in [[b, c], [c, b]] { #expect(denial(requestPermit(accounts, at: 1))?.wait == .seconds(29)) }
    }

    @Test func `the oldest jobs of a full account are polled first, at intervals, while a create waits`() throws {
        let two = AccountLimiter.Bounds(slots: 2)
        for (place, id) in ["new", "old"].enumerated() {
            admission.resume(id, of: Owner(name: "o"), on: "a", bounds: two, since: at(-Int64(place)), until: at(100))
        }
        #expect(!admission.claimTicking())
        _ = try #require(number(requestPermit([("a", two)])))
        #expect(admission.claimTicking() && !admission.claimTicking())
        #expect(admission.tick(now: at(0))?.map { $0.map(\.id) } == [["old", "new"]])
        #expect(admission.tick(now: at(1))?.isEmpty == true)
        #expect(admission.tick(now: at(2))?.count == 1)
        #expect(admission.report().map { [$0.jobs, $0.slots, $0.waiting] } == [[2, 2, 1]])
    }

    @Test func `an owner with many waiting creates gives up its newest to another owner's first`() async throws {
        commit(try #require(permit(requestPermit([("a", one)]))), "job")
        let busy = try (0..<4).map { _ in try #require(number(requestPermit([("a", one)], owner: "busy"))) }
        let other = try #require(number(requestPermit([("a", one)], owner: "other")))
        if case .expired(let denial) = await outcome(of: busy[3]) { #expect(denial.isFull) } else { Issue.record("not refused") }
        #expect(denial(requestPermit([("a", one)], owner: "busy"))?.isFull == true)
        admission.releaseJob("job", now: at(1))
        #expect(permit(await outcome(of: busy[0])) != nil)
        admission.withdraw(other)
    }

    @Test func `a create held back only by its own model's breaker does not block others`() async throws {
        let two = AccountLimiter.Bounds(slots: 2)
        func requestPermit(_ model: String, at second: Int64) -> AdmissionController.Admission {
            admission.requestPermit(
                AdmissionController.AdmissionRequest(
                    accounts: [("a", model, two)], owner: Owner(name: "o"), until: at(100_000), deadline: at(30)),
                now: at(second))
        }
        commit(try #require(permit(requestPermit("m", at: 0))), "job")
        let second = try #require(permit(requestPermit("shut", at: 0)))
        let (held, free) = (try #require(number(requestPermit("shut", at: 0))), try #require(number(requestPermit("m", at: 0))))
        admission.release(second, because: Fault(.modelUnavailable, "x"), now: at(1))
        #expect(admission.tick(now: at(3)) == nil, "one is let in, and the other would wait in vain")
        #expect(permit(await outcome(of: free)) != nil)
        if case .expired = await outcome(of: held) {} else { Issue.record("let in at a model that is shut") }
    }
}

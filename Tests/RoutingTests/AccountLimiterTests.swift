import Jobs
import Testing
import Wire

@testable import Routing

struct AccountLimiterTests {
    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1_795_262_400 + seconds) * 1_000_000_000) }
    private static let later = at(1_000_000)

    private static func limiter(_ slots: Int? = nil, _ rate: AccountLimiter.Bounds.Rate? = nil) -> AccountLimiter {
        var limiter = AccountLimiter()
        limiter.apply(AccountLimiter.Bounds(slots: slots, rate: rate))
        return limiter
    }

    private static func admit(
        _ limiter: inout AccountLimiter, _ holder: String, model: String = "m", owner: String = "o", at second: Int64 = 0
    ) -> AccountLimiter.Admission {
        limiter.admit(holder, for: AccountLimiter.Attempt(model: model, owner: owner), until: later, now: at(second))
    }

    private static func record(
        _ limiter: inout AccountLimiter, _ verdict: Verdict, model: String = "m", owner: String = "o", at second: Int64 = 0
    ) {
        limiter.record(verdict, on: AccountLimiter.Attempt(model: model, owner: owner), now: at(second))
    }

    @Test(arguments: [
        Verdict(.failed), Verdict(.busy(.seconds(1))), Verdict(.refused), Verdict(.refused, scope: .model),
        Verdict(.failed, scope: .vendor),
    ]) func `a limiter is at rest until a call fails, and again after a success`(_ verdict: Verdict) {
        var limiter = Self.limiter()
        #expect(limiter.isAtRest)
        Self.record(&limiter, .succeeded)
        #expect(limiter.isAtRest)
        Self.record(&limiter, verdict)
        #expect(!limiter.isAtRest)
        #expect(Self.admit(&limiter, "a", at: 1000) == .admitted)
        Self.record(&limiter, .succeeded, at: 1000)
        #expect(limiter.isAtRest)
    }

    @Test func `a limiter with bounds is never at rest`() {
        #expect(!Self.limiter(1).isAtRest && !Self.limiter(nil, .init(1, per: .seconds(1))).isAtRest)
        var limiter = Self.limiter(1)
        #expect(Self.admit(&limiter, "a") == .admitted)
        limiter.apply(AccountLimiter.Bounds())
        #expect(!limiter.isAtRest, "its job still holds a slot")
    }

    @Test func `a slot is held from the call to the end of the job`() {
        var limiter = Self.limiter(2)
        #expect(Self.admit(&limiter, "a") == .admitted && Self.admit(&limiter, "b") == .admitted && Self.admit(&limiter, "c") == .full(nil))
        limiter.holdSlot("job a", until: Self.later, inPlaceOf: "a")
        #expect(limiter.usedSlots == 2)
        limiter.releaseSlot("b")
        #expect(Self.admit(&limiter, "c") == .admitted && Self.admit(&limiter, "d") == .full(nil))
        limiter.releaseSlot("job a")
        limiter.releaseSlot("job a")
        #expect(Self.admit(&limiter, "d") == .admitted && limiter.usedSlots == 2)
    }

    @Test func `a slot is given back at its job's deadline`() {
        var limiter = Self.limiter(1)
        limiter.holdSlot("old", until: Self.at(10))
        #expect(Self.admit(&limiter, "new", at: 9) == .full(nil) && Self.admit(&limiter, "new", at: 10) == .admitted)
    }

    @Test func `a job that ended before its slot was its own holds none`() {
        var limiter = Self.limiter(1)
        _ = Self.admit(&limiter, "a")
        limiter.releaseSlot("a")
        limiter.holdSlot("job a", until: Self.later, inPlaceOf: "a")
        #expect(limiter.usedSlots == 0)
    }

    @Test func `without bounds nothing is counted`() {
        var limiter = Self.limiter()
        for number in 0..<1000 { #expect(Self.admit(&limiter, "\(number)") == .admitted) }
        #expect(limiter.usedSlots == 0 && !limiter.bounds.allowsQueueing)
    }

    @Test func `an admitted call consumes the rate, a refused one does not`() {
        var limiter = Self.limiter(1, .init(2, per: .seconds(10)))
        #expect(Self.admit(&limiter, "a") == .admitted && Self.admit(&limiter, "b") == .full(nil))
        limiter.releaseSlot("a")
        #expect(Self.admit(&limiter, "b") == .admitted)
        limiter.releaseSlot("b")
        #expect(Self.admit(&limiter, "c") == .full(.seconds(5)) && Self.admit(&limiter, "c", at: 5) == .admitted)
    }

    @Test func `a pause that the vendor asked for ends with a free slot; a tripped account does not`() {
        var limiter = Self.limiter(4)
        Self.record(&limiter, Verdict(Fault(.vendorRateLimited, "x", retryAfter: .seconds(7))))
        #expect(Self.admit(&limiter, "a", at: 1) == .paused(.seconds(6), advice: .seconds(6), .vendorRateLimited))
        Self.record(&limiter, Verdict(Fault(.vendorBalance, "x")), at: 1)
        #expect(Self.admit(&limiter, "a", at: 2) == .unavailable(.seconds(59), .vendorBalance) && limiter.usedSlots == 0)
    }

    @Test func `a pause longer than calls are held back is reported as the vendor asked for it`() {
        var limiter = Self.limiter()
        Self.record(&limiter, Verdict(Fault(.vendorBusy, "x", retryAfter: .seconds(3600))))
        #expect(Self.admit(&limiter, "a", at: 1) == .paused(.seconds(299), advice: .seconds(3599), .vendorBusy))
        #expect(Self.admit(&limiter, "a", at: 300) == .admitted)
    }

    @Test func `one owner's failures shut the account for that owner alone`() {
        var limiter = Self.limiter()
        for _ in 0..<5 { Self.record(&limiter, Verdict(Fault(.createAmbiguous, "x", sent: .maybe)), owner: "alice") }
        #expect(Self.admit(&limiter, "a", owner: "alice") == .unavailable(.seconds(5), .createAmbiguous))
        #expect(Self.admit(&limiter, "b", owner: "bob") == .admitted)
        Self.record(&limiter, .succeeded, owner: "bob")
        #expect(Self.admit(&limiter, "a", owner: "alice") == .admitted)
    }

    @Test func `failures of two owners shut it for everyone, once there are enough of them`() {
        var limiter = Self.limiter()
        let failed = Verdict(Fault(.vendorUnavailable, "x", sent: .no))
        Self.record(&limiter, failed, owner: "alice")
        for _ in 0..<4 { Self.record(&limiter, failed, owner: "bob") }
        #expect(Self.admit(&limiter, "c", owner: "carol") == .admitted)
        Self.record(&limiter, failed, owner: "alice")
        #expect(Self.admit(&limiter, "c", owner: "carol") == .unavailable(.seconds(5), .vendorUnavailable))
        #expect(
            Self.admit(&limiter, "c", owner: "carol", at: 5) == .admitted && Self.admit(&limiter, "d", owner: "dave", at: 5) != .admitted)
        Self.record(&limiter, .succeeded, owner: "carol", at: 6)
        #expect(Self.admit(&limiter, "d", owner: "dave", at: 6) == .admitted)
    }

    @Test func `a model that is refused is closed at this account, and the account's other models are not`() {
        var limiter = Self.limiter()
        Self.record(&limiter, Verdict(Fault(.modelUnavailable, "x", sent: .no)), model: "one")
        #expect(Self.admit(&limiter, "a", model: "one", at: 1) == .unavailable(.seconds(59), .modelUnavailable))
        #expect(Self.admit(&limiter, "a", model: "two", at: 1) == .admitted)
        #expect(Self.admit(&limiter, "a", model: "one", at: 60) == .admitted)
        #expect(Self.admit(&limiter, "b", model: "one", at: 60) == .unavailable(.seconds(60), .modelUnavailable), "one probe at a time")
        Self.record(&limiter, .succeeded, model: "one", at: 61)
        #expect(Self.admit(&limiter, "b", model: "one", at: 61) == .admitted)
    }

    @Test func `what concerns one request, or this program, closes nothing`() {
        let harmless = [
            Fault(.vendorRefused, "x", sent: .no), Fault(.moderated, "x", sent: .no), Fault(.unreachableInput, "x"),
            Fault(.vendorBalance, "too dear", sent: .no, scope: .request), Fault(.storage, "x"), Fault(.overloaded, "x"),
            Fault(.vendorUnavailable, "a name that could not be looked up here", sent: .no, scope: .router), Fault(.misconfigured, "x"),
            Fault(.createAmbiguous, "an answer beyond our bounds", sent: .maybe, scope: .router), Fault(.unsupported, "x"),
        ]
        for fault in harmless {
            var limiter = Self.limiter()
            for owner in ["alice", "bob", "alice", "bob", "alice", "bob", "carol"] { Self.record(&limiter, Verdict(fault), owner: owner) }
            #expect(Self.admit(&limiter, "a", owner: "alice") == .admitted, "\(fault.message)")
        }
    }

    @Test func `a probe without a verdict is returned`() {
        var limiter = Self.limiter()
        Self.record(&limiter, Verdict(Fault(.vendorCredentials, "x", sent: .no)))
        #expect(Self.admit(&limiter, "a", at: 60) == .admitted && Self.admit(&limiter, "b", at: 60) != .admitted)
        Self.record(&limiter, Verdict(Fault(.storage, "x")), at: 61)
        #expect(Self.admit(&limiter, "b", at: 61) == .admitted)
    }

    @Test func `however many names clients invent, the breakers stay bounded and the newest is kept`() {
        var limiter = Self.limiter()
        for number in 0..<2000 { Self.record(&limiter, Verdict(Fault(.modelUnavailable, "x")), model: "m\(number)") }
        #expect(Self.admit(&limiter, "a", model: "m1999", at: 1) != .admitted)
        let closed = (0..<2000).count { Self.admit(&limiter, "a", model: "m\($0)", at: 1) != .admitted }
        #expect(closed == 256)
    }

    @Test func `new bounds keep the running jobs`() {
        var limiter = Self.limiter(3)
        for name in ["a", "b", "c"] { _ = Self.admit(&limiter, name) }
        limiter.apply(AccountLimiter.Bounds(slots: 1))
        limiter.releaseSlot("a")
        limiter.releaseSlot("b")
        #expect(Self.admit(&limiter, "d") == .full(nil))
        limiter.releaseSlot("c")
        #expect(Self.admit(&limiter, "d") == .admitted)
    }
}

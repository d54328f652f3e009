import Jobs
@testable import Routing
import Testing
import Wire

struct GateTests {
    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1_795_262_400 + seconds) * 1_000_000_000) }
    private static let later = at(1_000_000)

    private static func gate(_ slots: Int? = nil, _ rate: Gate.Bounds.Rate? = nil) -> Gate {
        var gate = Gate()
        gate.adopt(Gate.Bounds(slots: slots, rate: rate))
        return gate
    }

    private static func admit(
        _ gate: inout Gate, _ holder: String, model: String = "m", owner: String = "o", at second: Int64 = 0
    ) -> Gate.Answer {
        gate.admit(holder, for: Gate.Attempt(model: model, owner: owner), until: later, now: at(second))
    }

    private static func note(
        _ gate: inout Gate, _ verdict: Verdict, model: String = "m", owner: String = "o", at second: Int64 = 0
    ) {
        gate.note(verdict, on: Gate.Attempt(model: model, owner: owner), now: at(second))
    }

    @Test func `a slot is held from the call to the end of the job`() {
        var gate = Self.gate(2)
        #expect(Self.admit(&gate, "a") == .open && Self.admit(&gate, "b") == .open && Self.admit(&gate, "c") == .full(nil))
        gate.hold("job a", until: Self.later, inPlaceOf: "a")
        #expect(gate.taken == 2)
        gate.free("b")
        #expect(Self.admit(&gate, "c") == .open && Self.admit(&gate, "d") == .full(nil))
        gate.free("job a")
        gate.free("job a")
        #expect(Self.admit(&gate, "d") == .open && gate.taken == 2)
    }

    @Test func `a slot is given back at its job's deadline`() {
        var gate = Self.gate(1)
        gate.hold("old", until: Self.at(10))
        #expect(Self.admit(&gate, "new", at: 9) == .full(nil) && Self.admit(&gate, "new", at: 10) == .open)
    }

    @Test func `a job that ended before its slot was its own holds none`() {
        var gate = Self.gate(1)
        _ = Self.admit(&gate, "a")
        gate.free("a")
        gate.hold("job a", until: Self.later, inPlaceOf: "a")
        #expect(gate.taken == 0)
    }

    @Test func `without bounds nothing is counted`() {
        var gate = Self.gate()
        for number in 0..<1000 { #expect(Self.admit(&gate, "\(number)") == .open) }
        #expect(gate.taken == 0 && !gate.bounds.queues)
    }

    @Test func `a call of the rate is taken by whoever gets in, and by nobody else`() {
        var gate = Self.gate(1, .init(2, per: .seconds(10)))
        #expect(Self.admit(&gate, "a") == .open && Self.admit(&gate, "b") == .full(nil))
        gate.free("a")
        #expect(Self.admit(&gate, "b") == .open)
        gate.free("b")
        #expect(Self.admit(&gate, "c") == .full(.seconds(5)) && Self.admit(&gate, "c", at: 5) == .open)
    }

    @Test func `a pause that the vendor asked for is room that will come; a tripped account is not`() {
        var gate = Self.gate(4)
        Self.note(&gate, Verdict(Fault(.vendorRateLimited, "x", retryAfter: .seconds(7))))
        #expect(Self.admit(&gate, "a", at: 1) == .paused(.seconds(6), advice: .seconds(6), .vendorRateLimited))
        Self.note(&gate, Verdict(Fault(.vendorBalance, "x")), at: 1)
        #expect(Self.admit(&gate, "a", at: 2) == .shut(.seconds(59), .vendorBalance) && gate.taken == 0)
    }

    @Test func `a pause longer than calls are held back is told as the vendor asked for it`() {
        var gate = Self.gate()
        Self.note(&gate, Verdict(Fault(.vendorBusy, "x", retryAfter: .seconds(3600))))
        #expect(Self.admit(&gate, "a", at: 1) == .paused(.seconds(299), advice: .seconds(3599), .vendorBusy))
        #expect(Self.admit(&gate, "a", at: 300) == .open)
    }

    @Test func `one owner's failures shut the account for that owner alone`() {
        var gate = Self.gate()
        for _ in 0..<5 { Self.note(&gate, Verdict(Fault(.createAmbiguous, "x", sent: .maybe)), owner: "alice") }
        #expect(Self.admit(&gate, "a", owner: "alice") == .shut(.seconds(5), .createAmbiguous))
        #expect(Self.admit(&gate, "b", owner: "bob") == .open)
        Self.note(&gate, .worked, owner: "bob")
        #expect(Self.admit(&gate, "a", owner: "alice") == .open)
    }

    @Test func `failures of two owners shut it for everyone, once there are enough of them`() {
        var gate = Self.gate()
        let failed = Verdict(Fault(.vendorUnavailable, "x", sent: .no))
        Self.note(&gate, failed, owner: "alice")
        for _ in 0..<4 { Self.note(&gate, failed, owner: "bob") }
        #expect(Self.admit(&gate, "c", owner: "carol") == .open)
        Self.note(&gate, failed, owner: "alice")
        #expect(Self.admit(&gate, "c", owner: "carol") == .shut(.seconds(5), .vendorUnavailable))
        #expect(Self.admit(&gate, "c", owner: "carol", at: 5) == .open && Self.admit(&gate, "d", owner: "dave", at: 5) != .open)
        Self.note(&gate, .worked, owner: "carol", at: 6)
        #expect(Self.admit(&gate, "d", owner: "dave", at: 6) == .open)
    }

    @Test func `a model that is refused is closed at this account, and the account's other models are not`() {
        var gate = Self.gate()
        Self.note(&gate, Verdict(Fault(.modelUnavailable, "x", sent: .no)), model: "one")
        #expect(Self.admit(&gate, "a", model: "one", at: 1) == .shut(.seconds(59), .modelUnavailable))
        #expect(Self.admit(&gate, "a", model: "two", at: 1) == .open)
        #expect(Self.admit(&gate, "a", model: "one", at: 60) == .open)
        #expect(Self.admit(&gate, "b", model: "one", at: 60) == .shut(.seconds(60), .modelUnavailable), "one probe at a time")
        Self.note(&gate, .worked, model: "one", at: 61)
        #expect(Self.admit(&gate, "b", model: "one", at: 61) == .open)
    }

    @Test func `what concerns one request, or this program, closes nothing`() {
        let harmless = [
            Fault(.vendorRefused, "x", sent: .no), Fault(.moderated, "x", sent: .no), Fault(.unreachableInput, "x"),
            Fault(.vendorBalance, "too dear", sent: .no, scope: .request), Fault(.storage, "x"), Fault(.overloaded, "x"),
            Fault(.vendorUnavailable, "a name that could not be looked up here", sent: .no, scope: .router), Fault(.misconfigured, "x"),
            Fault(.createAmbiguous, "an answer beyond our bounds", sent: .maybe, scope: .router), Fault(.unsupported, "x"),
        ]
        for fault in harmless {
            var gate = Self.gate()
            for owner in ["alice", "bob", "alice", "bob", "alice", "bob", "carol"] { Self.note(&gate, Verdict(fault), owner: owner) }
            #expect(Self.admit(&gate, "a", owner: "alice") == .open, "\(fault.message)")
        }
    }

    @Test func `a probe that told nothing is given back`() {
        var gate = Self.gate()
        Self.note(&gate, Verdict(Fault(.vendorCredentials, "x", sent: .no)))
        #expect(Self.admit(&gate, "a", at: 60) == .open && Self.admit(&gate, "b", at: 60) != .open)
        Self.note(&gate, Verdict(Fault(.storage, "x")), at: 61)
        #expect(Self.admit(&gate, "b", at: 61) == .open)
    }

    @Test func `however many names clients invent, the breakers stay bounded and the newest is kept`() {
        var gate = Self.gate()
        for number in 0..<2000 { Self.note(&gate, Verdict(Fault(.modelUnavailable, "x")), model: "m\(number)") }
        #expect(Self.admit(&gate, "a", model: "m1999", at: 1) != .open)
        let closed = (0..<2000).count { Self.admit(&gate, "a", model: "m\($0)", at: 1) != .open }
        #expect(closed == 256)
    }

    @Test func `new bounds leave the jobs at work where they are`() {
        var gate = Self.gate(3)
        for name in ["a", "b", "c"] { _ = Self.admit(&gate, name) }
        gate.adopt(Gate.Bounds(slots: 1))
        gate.free("a")
        gate.free("b")
        #expect(Self.admit(&gate, "d") == .full(nil))
        gate.free("c")
        #expect(Self.admit(&gate, "d") == .open)
    }
}

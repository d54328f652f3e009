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

    private static func admit(_ gate: inout Gate, _ holder: String, at second: Int64 = 0) -> Gate.Answer {
        gate.admit(holder, until: later, now: at(second))
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
        gate.note(.busy(.seconds(7)), now: Self.at(0))
        #expect(Self.admit(&gate, "a", at: 1) == .full(.seconds(6)))
        gate.note(.refusedAccount, now: Self.at(1))
        #expect(Self.admit(&gate, "a", at: 2) == .shut(.seconds(59)) && gate.taken == 0)
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

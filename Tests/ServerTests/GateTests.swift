import Net
@testable import Server
import Testing
import Wire

struct GateTests {
    private static func peer(_ text: String) -> Address { Address(text)! }

    @Test func `a place is free again when nobody holds it`() {
        let gate = Gate(most: 2, fromOne: 10)
        var places = [gate.admit(Self.peer("10.0.0.1:1")), gate.admit(Self.peer("10.0.0.2:1"))]
        #expect(places.allSatisfy { $0 != nil })
        #expect(gate.admit(Self.peer("10.0.0.3:1")) == nil)
        places.removeLast()
        #expect(gate.admit(Self.peer("10.0.0.3:1")) != nil)
    }

    @Test func `one address has its share, and what counts as one address`() {
        let gate = Gate(most: 100, fromOne: 2)
        var places: [Gate.Place?] = []
        func admit(_ text: String) -> Bool {
            places.append(gate.admit(Self.peer(text)))
            return places.last! != nil
        }
        #expect([admit("10.0.0.1:1"), admit("10.0.0.1:2"), admit("10.0.0.1:3")] == [true, true, false])
        #expect([admit("10.0.0.2:1")] == [true])
        // Whoever has one address of an IPv6 network has all of them.
        #expect([admit("[2001:db8::1]:1"), admit("[2001:db8::2]:1"), admit("[2001:db8::3]:1")] == [true, true, false])
        #expect([admit("[2001:db8:0:1::1]:1")] == [true])
        #expect((0..<10).allSatisfy { _ in admit("127.0.0.1:1") && admit("[::1]:1") && admit("unix:/a") })
        places = []
        #expect([admit("10.0.0.1:1"), admit("10.0.0.1:2"), admit("10.0.0.1:3")] == [true, true, false])
    }

    @Test func `it says when it is nearly full`() {
        let gate = Gate(most: 16, fromOne: 16)
        var places = (0..<14).map { _ in gate.admit(Self.peer("10.0.0.1:1")) }
        #expect(!gate.isNearlyFull)
        places.append(gate.admit(Self.peer("10.0.0.1:1")))
        #expect(gate.isNearlyFull)
        #expect(places.count == 15)
    }

    @Test func `new limits hold for those who come from now on`() {
        let gate = Gate(most: 1, fromOne: 1)
        let first = gate.admit(Self.peer("10.0.0.1:1"))
        gate.adopt(most: 2, fromOne: 2)
        let second = gate.admit(Self.peer("10.0.0.1:2"))
        #expect(first != nil && second != nil)
        #expect(gate.admit(Self.peer("10.0.0.1:3")) == nil)
    }

    @Test func `a ledger refuses what there is no room for, and lets a lone request in`() {
        let ledger = Ledger(most: 100)
        #expect(ledger.take(60))
        #expect(!ledger.take(41))
        #expect(ledger.take(40))
        ledger.give(100)
        #expect(ledger.count == 0)
        #expect(ledger.take(1000))
        #expect(!ledger.take(1))
        ledger.give(1000)
        var limits = Limits()
        limits.heldBytes = 10
        ledger.adopt(limits)
        #expect(ledger.take(5))
        #expect(!ledger.take(6))
    }
}

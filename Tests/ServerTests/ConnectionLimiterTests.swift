import Net
import Testing
import Wire

@testable import Server

struct ConnectionLimiterTests {
    private static func peer(_ text: String) -> Address { Address(text)! }

    @Test func `a permit is free again when it is released`() {
        let limiter = ConnectionLimiter(maxConnections: 2, perNetwork: 10)
        var places = [limiter.admit(Self.peer("10.0.0.1:1")), limiter.admit(Self.peer("10.0.0.2:1"))]
        #expect(places.allSatisfy { $0 != nil })
        #expect(limiter.admit(Self.peer("10.0.0.3:1")) == nil)
        places.removeLast()
        #expect(limiter.admit(Self.peer("10.0.0.3:1")) != nil)
    }

    @Test func `one address has its share, and what counts as one address`() {
        let limiter = ConnectionLimiter(maxConnections: 100, perNetwork: 2)
        var places: [ConnectionLimiter.ConnectionPermit?] = []
        func admit(_ text: String) -> Bool {
            places.append(limiter.admit(Self.peer(text)))
            return places.last! != nil
        }
        #expect([admit("10.0.0.1:1"), admit("10.0.0.1:2"), admit("10.0.0.1:3")] == [true, true, false])
        #expect([admit("10.0.0.2:1")] == [true])
        // A client with one address of an IPv6 network has all of them.
        #expect([admit("[2001:db8::1]:1"), admit("[2001:db8::2]:1"), admit("[2001:db8::3]:1")] == [true, true, false])
        #expect([admit("[2001:db8:0:1::1]:1")] == [true])
        #expect((0..<10).allSatisfy { _ in admit("127.0.0.1:1") && admit("[::1]:1") && admit("unix:/a") })
        places = []
        #expect([admit("10.0.0.1:1"), admit("10.0.0.1:2"), admit("10.0.0.1:3")] == [true, true, false])
    }

    @Test func `it reports when it is nearly full`() {
        let limiter = ConnectionLimiter(maxConnections: 16, perNetwork: 16)
        var places = (0..<14).map { _ in limiter.admit(Self.peer("10.0.0.1:1")) }
        #expect(!limiter.isNearlyFull)
        places.append(limiter.admit(Self.peer("10.0.0.1:1")))
        #expect(limiter.isNearlyFull)
        #expect(places.count == 15)
    }

    @Test func `new limits hold for those who come from now on`() {
        let limiter = ConnectionLimiter(maxConnections: 1, perNetwork: 1)
        let first = limiter.admit(Self.peer("10.0.0.1:1"))
        limiter.adopt(maxConnections: 2, perNetwork: 2)
        let second = limiter.admit(Self.peer("10.0.0.1:2"))
        #expect(first != nil && second != nil)
        #expect(limiter.admit(Self.peer("10.0.0.1:3")) == nil)
    }

    @Test func `a budget refuses what exceeds it, and admits a single request`() {
        let budget = BodyMemoryBudget(limit: 100)
        #expect(budget.reserve(60))
        #expect(!budget.reserve(41))
        #expect(budget.reserve(40))
        budget.release(100)
        #expect(budget.reservedBytes == 0)
        #expect(budget.reserve(1000))
        #expect(!budget.reserve(1))
        budget.release(1000)
        var limits = Limits()
        limits.maxBufferedBodyBytes = 10
        budget.adopt(limits)
        #expect(budget.reserve(5))
        #expect(!budget.reserve(6))
    }
}

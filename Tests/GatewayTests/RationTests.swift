@testable import Gateway
import Net
import Testing
import Wire

struct RationTests {
    private static let start = Instant(nanoseconds: 1_795_262_400_000_000_000)

    private static func limits(_ all: Int, _ one: Int) -> Limits {
        var limits = Limits()
        (limits.refusalLines, limits.refusalLinesPerAddress) = (all, one)
        return limits
    }

    private static func written(_ ration: inout Ration, _ peers: [String], at now: Instant = start, _ limits: Limits) -> Int {
        peers.count { ration.verdict(on: Address($0)!, at: now, limits) == .write }
    }

    @Test func `so many lines a second in all, and from each address`() {
        var ration = Ration()
        let limits = Self.limits(5, 2)
        #expect(Self.written(&ration, ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"], limits) == 2)
        // One network of IPv6 is one address.
        #expect(Self.written(&ration, ["[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::3]:1"], limits) == 2)
        #expect(Self.written(&ration, ["10.0.0.2:1", "10.0.0.3:1"], limits) == 1)
        #expect(ration.takeLeft() == 3)
        #expect(Self.written(&ration, ["10.0.0.1:1"], at: Self.start + .seconds(1), limits) == 1)
        #expect(ration.takeLeft() == 0)
    }

    @Test func `whoever is on this machine is bounded by the whole alone`() {
        var ration = Ration()
        #expect(Self.written(&ration, Array(repeating: "127.0.0.1:1", count: 9), Self.limits(5, 1)) == 5)
    }

    @Test func `only the first that is left out has its number told`() {
        var ration = Ration()
        let verdicts = (0..<4).map { _ in ration.verdict(on: .loopback(), at: Self.start, Self.limits(1, 1)) }
        #expect(verdicts == [.write, .leaveOutFirst, .leaveOut, .leaveOut])
        #expect(ration.takeLeft() == 3)
        #expect(ration.verdict(on: .loopback(), at: Self.start, Self.limits(1, 1)) == .leaveOutFirst)
        #expect(ration.verdict(on: .loopback(), at: Self.start + .seconds(1), Self.limits(0, 0)) == .leaveOut)
    }
}

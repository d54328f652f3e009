import Testing
import Wire

@testable import Routing

struct BreakerTests {
    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1_795_262_400 + seconds) * 1_000_000_000) }

    /// One line of a breaker's life: what happens at that second, and the state's word after it.
    enum Event: Sendable {
        case succeeded, failed, refused
        case busy(Int64?)
        case admit(Bool)
    }

    private static func run(_ life: [(Int64, Event, String)]) -> Breaker {
        var breaker = Breaker()
        for (second, event, word) in life {
            switch event {
            case .succeeded: breaker.record(.succeeded, now: at(second))
            case .failed: breaker.record(.failed, now: at(second))
            case .refused: breaker.record(.refused, now: at(second))
            case .busy(let pause): breaker.record(.busy(pause.map { .seconds($0) }), now: at(second))
            case .admit(let expected): #expect(breaker.admit(now: at(second)) == expected, "second \(second)")
            }
            #expect(breaker.state.name == word, "second \(second)")
        }
        return breaker
    }

    @Test func `five failures in a row trip it, and a success in between restarts the count`() {
        _ = Self.run([
            (0, .failed, "passing"), (0, .failed, "passing"), (0, .failed, "passing"), (0, .failed, "passing"), (1, .succeeded, "passing"),
            (2, .failed, "passing"), (2, .failed, "passing"), (2, .failed, "passing"), (2, .admit(true), "passing"),
            (2, .failed, "passing"),
            (3, .failed, "tripped"), (3, .admit(false), "tripped"), (7, .admit(false), "tripped"),
        ])
    }

    @Test func `one probe goes through after the pause, and decides`() {
        let five = Array(repeating: (Int64(0), Event.failed, "passing"), count: 4) + [(0, .failed, "tripped")]
        _ = Self.run(
            five + [(5, .admit(true), "probing"), (5, .admit(false), "probing"), (6, .succeeded, "passing"), (6, .admit(true), "passing")])
        _ = Self.run(
            five + [(5, .admit(true), "probing"), (6, .failed, "tripped"), (15, .admit(false), "tripped"), (16, .admit(true), "probing")])
    }

    @Test func `a probe whose outcome never came gives way to another`() {
        let five = Array(repeating: (Int64(0), Event.failed, "passing"), count: 4) + [(0, .failed, "tripped")]
        _ = Self.run(
            five + [
                (5, .admit(true), "probing"), (64, .admit(false), "probing"), (65, .admit(true), "probing"), (66, .admit(false), "probing"),
            ])
    }

    @Test func `pauses double up to five minutes`() {
        var breaker = Breaker()
        for _ in 0..<5 { breaker.record(.failed, now: Self.at(0)) }
        var pauses: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<9 {
            let wait = breaker.wait(now: Self.at(now)).components.seconds
            pauses.append(wait)
            now += wait
            let isAdmitted = breaker.admit(now: Self.at(now))
            #expect(isAdmitted)
            breaker.record(.failed, now: Self.at(now))
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300])
    }

    @Test func `a vendor that asks for a pause gets it, within bounds`() {
        _ = Self.run([
            (0, .busy(30), "tripped"), (29, .admit(false), "tripped"), (30, .admit(true), "probing"), (31, .succeeded, "passing"),
        ])
        _ = Self.run([(0, .busy(nil), "tripped"), (1, .admit(true), "probing")])
        _ = Self.run([(0, .busy(1_000_000), "tripped"), (300, .admit(true), "probing")])
    }

    @Test func `clients are advised to wait as long as the vendor asked for, although it is asked again sooner`() {
        let breaker = Self.run([(0, .busy(7200), "tripped"), (299, .admit(false), "tripped")])
        #expect(breaker.wait(now: Self.at(100)) == .seconds(200) && breaker.retryAfter(now: Self.at(100)) == .seconds(7100))
        let guessed = Self.run([(0, .busy(nil), "tripped")])
        #expect(guessed.retryAfter(now: Self.at(0)) == .seconds(1))
    }

    @Test func `a wrong key or an empty purse closes the account for a minute`() {
        let breaker = Self.run([(0, .refused, "tripped"), (59, .admit(false), "tripped")])
        #expect(breaker.wait(now: Self.at(10)) == .seconds(50))
        #expect(Breaker().wait(now: Self.at(0)) == .zero)
    }

    @Test func `a vendor that is busy without saying for how long is called ever more rarely, until it accepts a job`() {
        _ = Self.run([
            (0, .busy(nil), "tripped"), (1, .admit(true), "probing"), (1, .busy(nil), "tripped"), (2, .admit(false), "tripped"),
            (3, .admit(true), "probing"), (3, .busy(nil), "tripped"), (6, .admit(false), "tripped"), (7, .admit(true), "probing"),
            (8, .succeeded, "passing"), (9, .busy(nil), "tripped"), (10, .admit(true), "probing"),
        ])
    }

    @Test func `a job accepted before the vendor asked for a pause does not end the pause`() {
        _ = Self.run([(0, .busy(10), "tripped"), (1, .succeeded, "tripped"), (9, .admit(false), "tripped"), (10, .admit(true), "probing")])
    }
}

import Conformance
import Testing
import Wire

@testable import HTTP

/// The budget for everything that costs us work and gives the client nothing.
struct GlitchTests {
    private static let calm = FrameCase.Outcome.goAway(11)

    private static var short: Limits {
        var limits = Limits()
        (limits.glitches, limits.glitchesPerSecond) = (50, 10)
        return limits
    }

    /// What a client may do over and over, each with the frames for one round.
    static let talk: [(String, @Sendable (UInt32) -> [Frame])] = [
        ("pings", { _ in [Frame(Frame.ping, 0, payload: [0, 0, 0, 0, 0, 0, 0, 0])] }),
        ("settings", { _ in [Frame(Frame.settings)] }),
        ("priorities", { _ in [Frame(Frame.priority, 0, on: 1, payload: [0, 0, 0, 0, 1])] }),
        ("unknown frames", { _ in [Frame(0x77, 0, payload: [1])] }),
        ("window updates", { _ in [FrameCase.update(0, 1)] }),
        ("empty body frames", { round in round == 0 ? [.request(1, Frame.post, ends: false)] : [Frame(Frame.data, 0, on: 1)] }),
        (
            "padding alone",
            { round in
                round == 0
                    ? [.request(1, Frame.post, ends: false)]
                    : [
                        Frame(
                            Frame.data, 8, on: 1,
                            payload: [9] + Bytes(repeating: 0, count: 9))
                    ]
            }
        ),
        ("resets", { round in [.request(2 * round + 1, Frame.get), Frame(Frame.reset, 0, on: 2 * round + 1, payload: [0, 0, 0, 8])] }),
        ("requests that we must reset", { round in [.request(2 * round + 1, Frame.get + [("connection", "x")])] }),
        (
            "streams that we must reset",
            { round in
                [
                    .request(2 * round + 1, Frame.post, ends: false),
                    FrameCase.update(
                        2 * round + 1,
                        0x7FFF_FFFF),
                ]
            }
        ),
        (
            "continuations",
            { round in
                [
                    Frame(Frame.headers, 1, on: 2 * round + 1, payload: Frame.block(Frame.get)),
                    Frame(Frame.continuation, 0, on: 2 * round + 1),
                    Frame(Frame.continuation, 4, on: 2 * round + 1),
                ]
            }
        ),
    ]

    @Test(arguments: talk.indices) func `the budget ends every kind of idle talk`(_ kind: Int) {
        let (name, round) = GlitchTests.talk[kind]
        let talk = SessionDriver(GlitchTests.short)
        talk.receive(Frame.preface)
        var rounds: UInt32 = 0
        while talk.session.failure == nil, rounds < 400 {
            talk.receive(round(rounds))
            rounds += 1
        }
        #expect(talk.outcomes.last == GlitchTests.calm && talk.session.isOver, "\(name)")
        #expect((15...130).contains(rounds), "\(name): \(rounds) rounds")
    }

    @Test(arguments: talk.indices) func `the same at a slow rate is forgiven`(_ kind: Int) {
        let (name, round) = GlitchTests.talk[kind]
        let talk = SessionDriver(GlitchTests.short)
        talk.receive(Frame.preface)
        for number in 0..<300 { talk.receive(round(UInt32(number)), second: Int64(number / 4)) }
        #expect(talk.session.failure == nil, "\(name)")
    }

    @Test func `all of it in one read is the same`() {
        let talk = SessionDriver()
        talk.receive(Frame.preface)
        talk.receive(
            (0..<700).flatMap { [Frame.request(2 * $0 + 1, Frame.get), Frame(Frame.reset, 0, on: 2 * $0 + 1, payload: [0, 0, 0, 8])] })
        #expect(talk.outcomes.last == GlitchTests.calm && talk.streams.count <= 501)
    }

    @Test func `window updates of a download are not glitches`() {
        let talk = SessionDriver()
        talk.answer = Pieces(Bytes(repeating: 7, count: 4_000_000))
        talk.receive(Frame.preface + Frame.request(1, Frame.get).bytes)
        while talk.closed.isEmpty, talk.session.failure == nil {
            for _ in 0..<16 { talk.receive([FrameCase.update(0, 4096), FrameCase.update(1, 4096)]) }
        }
        #expect(talk.session.failure == nil && talk.sent(on: 1).count == 4_000_000)
    }

    @Test func `more than eight continuations of one head are refused`() {
        let talk = SessionDriver()
        talk.receive(Frame.preface + Frame(Frame.headers, 1, on: 1, payload: Frame.block(Frame.get)).bytes)
        for _ in 0..<9 { talk.receive([Frame(Frame.continuation, 0, on: 1, payload: Frame.block([("x", "y")]))]) }
        #expect(talk.session.isOver && talk.heads.isEmpty)
    }
}

import Conformance
import Testing
import Wire

@testable import HTTP

/// The HTTP/2 table against the session.
struct FrameTableTests {
    @Test(arguments: FrameCase.all) func `each case of the table gives its outcome`(_ example: FrameCase) {
        let talk = SessionDriver()
        talk.receive(example.bytes)
        #expect(FrameCase.decisive(talk.outcomes) == FrameCase.decisive(example.outcomes))
    }

    @Test func `how the bytes are cut makes no difference`() {
        for example in FrameCase.all where example.bytes.count < 400 {
            let talk = SessionDriver()
            for byte in example.bytes { talk.receive([byte]) }
            #expect(FrameCase.decisive(talk.outcomes) == FrameCase.decisive(example.outcomes), "\(example.name)")
        }
    }

    @Test(arguments: 0..<8) func `any bytes are survived`(_ round: UInt64) {
        let seed = 0x6732_0000 + round
        var random = SeededGenerator(seed)
        for _ in 0..<20 {
            let talk = SessionDriver()
            var bytes = Frame.preface + FrameCase.all.randomElement(using: &random)!.bytes.dropFirst(Frame.preface.count)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 24..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            talk.receive(bytes)
            talk.receive([Frame(Frame.ping, 0, payload: [0, 0, 0, 0, 0, 0, 0, 0])])
            let isStillThere = talk.session.failure == nil
            #expect(!talk.frames.isEmpty && (isStillThere || talk.session.isOver), "seed \(seed)")
        }
    }

    /// The repair of CVE-2026-27135: a library without it ends the process here.
    @Test func `a frame of a wrong size behind the end of a session is survived`() {
        let talk = SessionDriver()
        talk.receive(
            Frame.preface + Frame(Frame.goAway, 0, on: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0]).bytes
                + Frame(
                    Frame.settings, 0,
                    payload: [
                        0, 1,
                        2,
                    ]
                ).bytes)
        #expect(talk.outcomes == [.goAway(1)])
    }
}

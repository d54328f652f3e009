import Jobs
import Wire

/// One job of the test card: all there is to know of it, small enough to stand in the ticket. Nothing is kept anywhere else.
struct Run: Sendable, Equatable {
    var behaviour: Behaviour
    /// Milliseconds since 1970; 0 until the job is accepted.
    var began: Int64 = 0
    /// Milliseconds of pretended work.
    var work: Int64
    var width: Int
    var height: Int
    var rate: FrameRate
    /// Milliseconds of the clip.
    var length: Int64
    var clips = 1
    var sound = false
    var seed: Int64?
    var still: Still?
    /// Letters of the card's font only.
    var prompt: String

    /// Where a job stands.
    enum State: Equatable {
        case queued
        case running(percent: Int)
        case done
        case failed
    }

    /// A tenth of the work is waiting, the rest runs evenly; what fails does so at its middle.
    func state(at now: Timestamp) -> State {
        var passed = now.unixMilliseconds - began
        // The ticket can only hold the wall clock. A start in the future means that the clock was set back: the job ends instead of waiting
        // until the clock has caught up.
        if passed < -Run.clockSkew { passed = work }
        let isDoomed = behaviour == .fail || behaviour == .moderated
        if isDoomed, passed * 2 >= work { return .failed }
        if passed >= work { return .done }
        return passed * 10 < work ? .queued : .running(percent: Int(passed * 100 / work))
    }

    /// Milliseconds by which the clocks of two machines may differ.
    private static let clockSkew: Int64 = 1000

    /// The moment at which the clip is there.
    var ends: Timestamp { Timestamp(sinceEpoch: .milliseconds(began + work)) }

    /// - Parameter model: the name on the card.
    func picture(model: String) -> Picture? {
        Picture(
            width: width, height: height, rate: rate, length: .milliseconds(length), model: model, prompt: prompt, still: still, seed: seed,
            sound: sound)
    }
}

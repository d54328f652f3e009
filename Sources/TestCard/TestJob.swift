import Jobs
import Wire

/// One job of the test card: all there is to know of it, small enough to stand in the ticket. Nothing is kept anywhere else.
struct TestJob: Sendable, Equatable {
    var scenario: Scenario
    /// Milliseconds since 1970; 0 until the job is accepted.
    var startedAt: Int64 = 0
    /// Milliseconds of pretended work.
    var renderMilliseconds: Int64
    var width: Int
    var height: Int
    var rate: FrameRate
    /// Milliseconds of the clip.
    var clipMilliseconds: Int64
    var clips = 1
    var sound = false
    var seed: Int64?
    var input: InputSummary?
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
        var passed = now.unixMilliseconds - startedAt
        // The ticket can only hold the wall clock. A start in the future means that the clock was set back: the job ends instead of waiting
        // until the clock has caught up.
        if passed < -TestJob.clockSkew { passed = renderMilliseconds }
        let willFail = scenario == .fail || scenario == .moderated
        if willFail, passed * 2 >= renderMilliseconds { return .failed }
        if passed >= renderMilliseconds { return .done }
        return passed * 10 < renderMilliseconds ? .queued : .running(percent: Int(passed * 100 / renderMilliseconds))
    }

    /// Milliseconds by which the clocks of two machines may differ.
    private static let clockSkew: Int64 = 1000

    /// The moment at which the clip is there.
    var endTime: Timestamp { Timestamp(sinceEpoch: .milliseconds(startedAt + renderMilliseconds)) }

    /// - Parameter model: the name on the card.
    func videoSpec(model: String) -> VideoSpec? {
        VideoSpec(
            width: width, height: height, rate: rate, length: .milliseconds(clipMilliseconds), model: model, prompt: prompt, still: input,
            seed: seed,
            sound: sound)
    }
}

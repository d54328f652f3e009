import Jobs
import Wire

/// One job of the test vendor, small enough to be stored in the ticket. It is stored nowhere else.
struct TestJob: Sendable, Equatable {
    var scenario: Scenario
    /// Milliseconds since 1970; 0 until the job is accepted.
    var startedAt: Int64 = 0
    /// The simulated render time in milliseconds.
    var renderMilliseconds: Int64
    var width: Int
    var height: Int
    var rate: FrameRate
    /// The length of the video in milliseconds.
    var clipMilliseconds: Int64
    var clips = 1
    var sound = false
    var seed: Int64?
    var input: InputSummary?
    /// Only characters of the card's font.
    var prompt: String

    /// The state of a job.
    enum State: Equatable {
        case queued
        case running(percent: Int)
        case done
        case failed
    }

    /// The job is queued for a tenth of its render time, then progresses evenly; a failing job fails at its middle.
    func state(at now: Timestamp) -> State {
        var passed = now.unixMilliseconds - startedAt
        // The ticket contains wall clock time. A start in the future means that the clock was set back: the job ends instead of waiting for
        // the clock to catch up.
        if passed < -TestJob.clockSkew { passed = renderMilliseconds }
        let willFail = scenario == .fail || scenario == .moderated
        if willFail, passed * 2 >= renderMilliseconds { return .failed }
        if passed >= renderMilliseconds { return .done }
        return passed * 10 < renderMilliseconds ? .queued : .running(percent: Int(passed * 100 / renderMilliseconds))
    }

    /// Milliseconds by which the clocks of two machines may differ.
    private static let clockSkew: Int64 = 1000

    /// When the video is ready.
    var endTime: Timestamp { Timestamp(sinceEpoch: .milliseconds(startedAt + renderMilliseconds)) }

    /// - Parameter model: the name on the card.
    func videoSpec(model: String) -> VideoSpec? {
        VideoSpec(
            width: width, height: height, rate: rate, length: .milliseconds(clipMilliseconds), model: model, prompt: prompt, still: input,
            seed: seed,
            sound: sound)
    }
}

/// The behaviour of a model of the test vendor: failures that every client must handle.
enum Scenario: Character, Sendable, CaseIterable {
    case card = "c"
    /// The job fails half-way.
    case fail = "f"
    /// Moderation stops the job half-way.
    case moderated = "m"
    /// The job takes three minutes.
    case slow = "s"
    /// Status calls fail every other second, although the job is fine.
    case flakyStatus = "y"
    /// The job succeeds, but its video has expired.
    case expired = "x"

    /// By the upstream model name. Every other model, that of a simulated vendor, is an ordinary card.
    init(model: String) {
        self = Scenario.allCases.first { $0.model == model } ?? .card
    }

    var model: String {
        switch self {
        case .card: "card"
        case .fail: "fail"
        case .moderated: "moderated"
        case .slow: "slow"
        case .flakyStatus: "flaky-status"
        case .expired: "expired"
        }
    }
}

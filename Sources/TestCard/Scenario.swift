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

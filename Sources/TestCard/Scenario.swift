/// What a model of the test card does; each is one that a client must be able to live with.
enum Scenario: Character, Sendable, CaseIterable {
    case card = "c"
    /// The job fails half-way.
    case fail = "f"
    /// The job is stopped by moderation half-way.
    case moderated = "m"
    /// The job takes three minutes.
    case slow = "s"
    /// Every other second the status cannot be learnt, while the job is fine.
    case flakyStatus = "y"
    /// The job succeeds, but what it made is gone.
    case expired = "x"

    /// By the model's name at the vendor; every other model, that of a real vendor in rehearsal, is an ordinary card.
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

import Wire

/// The response to an attempt, or why there was none.
package enum DeliveryAttempt: Sendable, Equatable {
    /// `retryAfter` is the pause that the receiver asked for.
    case response(status: Int, retryAfter: Duration?)
    /// The reason is a sentence for the operator, without secrets.
    case failure(reason: String)

    package var status: Int? {
        if case .response(let status, _) = self { status } else { nil }
    }

    /// Why the event was not delivered; nil if it was.
    package var error: String? {
        switch self {
        case .response(200..<300, _): nil
        case .response(let status, _) where (300..<400).contains(status): "status \(status): redirects are not followed"
        case .response(let status, _): "status \(status)"
        case .failure(let reason): reason
        }
    }
}

/// What an attempt means for the event and its receiver: the schedule of Standard Webhooks 1.0.0, cut to three days.
package enum DeliveryDecision: Sendable, Equatable {
    case delivered
    /// `pause` says how long the receiver wants to get nothing at all; nil if it did not say.
    case retry(after: Duration, pause: Duration?)
    /// There is no further attempt.
    case dead
    /// The receiver wants nothing any more (410).
    case disable

    /// - Parameters:
    ///   - attempts: attempts so far, with this one.
    ///   - jitter: a random number from 0 to 1, so that events that failed together are not tried together.
    package init(_ attempt: DeliveryAttempt, attempts: Int, jitter: Double, limits: Limits) {
        switch attempt {
        case .response(200..<300, _):
            self = .delivered
            return
        case .response(410, _):
            self = .disable
            return
        default: break
        }
        guard attempts < limits.maxWebhookAttempts else {
            self = .dead
            return
        }
        let seconds = DeliveryDecision.delays[min(attempts, DeliveryDecision.delays.count) - 1]
        let usual = Duration.milliseconds(Number.saturated(seconds * (900 + 200 * jitter)))
        guard case .response(let status, let requested?) = attempt, DeliveryDecision.overloadStatuses.contains(status) else {
            self = .retry(after: usual, pause: nil)
            return
        }
        let pause = min(max(requested, .zero), limits.maxWebhookRetryAfter)
        self = .retry(after: max(usual, pause), pause: pause)
    }

    /// Seconds after the first, second, … attempt: three days together.
    private static let delays: [Double] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 73_495]
    private static let overloadStatuses: Set<Int> = [429, 502, 503, 504]
}

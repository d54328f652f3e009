import Wire

/// Allows a number of calls in a time span: all of them at once after a quiet time, then one by one (generic cell rate algorithm, ITU-T
/// I.371).
package struct RateLimiter: Sendable {
    private let span: Duration
    /// The time after which one more call is allowed.
    private let step: Duration
    /// When all calls are available again; the only state.
    private var replenishedAt = Instant.distantPast

    package init(count: Int, per span: Duration) {
        self.span = span
        step = span / max(count, 1)
    }

    /// How long until the next call is allowed; zero if one is allowed now.
    package func wait(now: Instant) -> Duration {
        max(.zero, min(replenishedAt - now, span) - (span - step))
    }

    /// Counts one call.
    package mutating func consume(now: Instant) {
        replenishedAt = min(max(replenishedAt, now), now + span) + step
    }
}

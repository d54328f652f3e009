import Wire

/// Lets so many calls through in such a span: all of them at once after a quiet time, then one by one as time passes.
package struct RateLimiter: Sendable {
    private let span: Duration
    /// The time in which one call comes back.
    private let step: Duration
    /// When all calls will be there again: the one number that is remembered (the generic cell rate algorithm, ITU-T I.371).
    private var replenishedAt = Instant.distantPast

    package init(count: Int, per span: Duration) {
        self.span = span
        step = span / max(count, 1)
    }

    /// How long until the next call may go; zero if one may go now.
    package func wait(now: Instant) -> Duration {
        max(.zero, min(replenishedAt - now, span) - (span - step))
    }

    /// Takes one call.
    package mutating func consume(now: Instant) {
        replenishedAt = min(max(replenishedAt, now), now + span) + step
    }
}

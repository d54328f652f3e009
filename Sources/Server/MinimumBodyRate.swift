import Net
import Wire

/// Limits how slowly a request body may arrive: no long pause, and a minimum rate over the whole (Kestrel's `MinDataRate`).
struct MinimumBodyRate {
    private var start = Instant.never

    /// When the next piece must have arrived.
    /// - Parameter received: bytes of the body so far.
    mutating func deadline(_ received: Int, at shard: ServerShard) -> Instant {
        let now = shard.loop.now
        if start == .never { start = now }
        let idleDeadline = now + shard.timeouts.bodyIdle
        guard shard.limits.minBodyRate > 0 else { return idleDeadline }
        return min(idleDeadline, start + shard.timeouts.bodyIdle + Nanoseconds(.milliseconds(received * 1000 / shard.limits.minBodyRate)))
    }
}

import Net
import Wire

/// How slowly a request's body may come: neither may it pause for long, nor may the whole come too slowly.
struct MinimumBodyRate {
    private var start = Instant.never

    /// Until when the next piece must be there.
    /// - Parameter received: bytes of the body so far.
    mutating func deadline(_ received: Int, at shard: ServerShard) -> Instant {
        let now = shard.loop.now
        if start == .never { start = now }
        let idleDeadline = now + shard.timeouts.bodyIdle
        guard shard.limits.minBodyRate > 0 else { return idleDeadline }
        return min(idleDeadline, start + shard.timeouts.bodyIdle + Nanoseconds(.milliseconds(received * 1000 / shard.limits.minBodyRate)))
    }
}

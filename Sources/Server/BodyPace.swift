import Net
import Wire

/// How slowly a request's body may come: neither may it pause for long, nor may the whole come too slowly.
struct BodyPace {
    private var began = Instant.never

    /// Until when the next piece must be there.
    /// - Parameter received: bytes of the body so far.
    mutating func deadline(_ received: Int, at station: Station) -> Instant {
        let now = station.loop.now
        if began == .never { began = now }
        let pause = now + station.pauses.body
        guard station.limits.bodyRate > 0 else { return pause }
        return min(pause, began + station.pauses.body + Pause(.milliseconds(received * 1000 / station.limits.bodyRate)))
    }
}

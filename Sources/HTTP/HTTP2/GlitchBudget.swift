import Wire

/// Limits frames that cost the server work without a use for the client: resets, pings, settings, empty frames, window updates (HAProxy
/// calls them glitches). All draw on one budget, which refills with time; a well-behaved client never exhausts it.
struct GlitchBudget {
    private let maxGlitches: Int
    private let perSecond: Int
    private var remaining: Int
    private var second: Int64 = 0
    /// Window updates that are free because of bytes sent: a client that downloads must send them.
    private var freeUpdates: Int
    private let updateBytes: Int

    init(_ limits: Limits) {
        maxGlitches = limits.glitches
        perSecond = limits.glitchesPerSecond
        remaining = maxGlitches
        freeUpdates = limits.freeWindowUpdates
        updateBytes = limits.bytesPerWindowUpdate
    }

    /// - Parameter second: of a monotonic clock.
    mutating func refill(at second: Int64) {
        guard second > self.second else { return }
        let (gained, isMuch) = (second - self.second).multipliedReportingOverflow(by: Int64(perSecond))
        remaining = isMuch || gained >= Int64(maxGlitches - remaining) ? maxGlitches : remaining + Int(gained)
        self.second = second
    }

    /// False if the budget is exhausted.
    mutating func spend(_ cost: Int = 1) -> Bool {
        remaining -= cost
        return remaining >= 0
    }

    mutating func spendUpdate() -> Bool {
        guard freeUpdates == 0 else {
            freeUpdates -= 1
            return true
        }
        return spend()
    }

    /// Counts sent bytes of a body.
    mutating func recordSent(_ bytes: Int) { freeUpdates = min(freeUpdates + bytes / updateBytes + 1, maxGlitches) }
}

import Wire

/// What a client may do that costs us work and brings it nothing: resets, pings, settings, empty frames, window updates. All of it is
/// paid from one purse, which fills again with time; a client in good faith never gets near the end of it.
struct GlitchBudget {
    private let maxGlitches: Int
    private let perSecond: Int
    private var remaining: Int
    private var second: Int64 = 0
    /// Window updates that were paid for by bytes which we sent since: a client that downloads has to send them.
    private var freeUpdates: Int
    private let updateBytes: Int

    init(_ limits: Limits) {
        maxGlitches = limits.glitches
        perSecond = limits.glitchesPerSecond
        remaining = maxGlitches
        freeUpdates = limits.freeWindowUpdates
        updateBytes = limits.bytesPerWindowUpdate
    }

    /// - Parameter second: of any clock that does not run backwards.
    mutating func refill(at second: Int64) {
        guard second > self.second else { return }
        let (gained, isMuch) = (second - self.second).multipliedReportingOverflow(by: Int64(perSecond))
        remaining = isMuch || gained >= Int64(maxGlitches - remaining) ? maxGlitches : remaining + Int(gained)
        self.second = second
    }

    /// False if the purse is empty.
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

    /// Bytes of a body have been sent.
    mutating func recordSent(_ bytes: Int) { freeUpdates = min(freeUpdates + bytes / updateBytes + 1, maxGlitches) }
}

import Wire

/// What a client may do that costs us work and brings it nothing: resets, pings, settings, empty frames, window updates. All of it is
/// paid from one purse, which fills again with time; a client in good faith never gets near the end of it.
struct GlitchBudget {
    private let most: Int
    private let perSecond: Int
    private var left: Int
    private var second: Int64 = 0
    /// Window updates that were paid for by bytes which we sent since: a client that downloads has to send them.
    private var updates: Int
    private let updateBytes: Int

    init(_ limits: Limits) {
        most = limits.glitches
        perSecond = limits.glitchesPerSecond
        left = most
        updates = limits.freeUpdates
        updateBytes = limits.updateBytes
    }

    /// - Parameter second: of any clock that does not run backwards.
    mutating func refill(at second: Int64) {
        guard second > self.second else { return }
        let (gained, isMuch) = (second - self.second).multipliedReportingOverflow(by: Int64(perSecond))
        left = isMuch || gained >= Int64(most - left) ? most : left + Int(gained)
        self.second = second
    }

    /// False if the purse is empty.
    mutating func spend(_ cost: Int = 1) -> Bool {
        left -= cost
        return left >= 0
    }

    mutating func spendUpdate() -> Bool {
        guard updates == 0 else {
            updates -= 1
            return true
        }
        return spend()
    }

    /// Bytes of a body have been sent.
    mutating func sent(_ bytes: Int) { updates = min(updates + bytes / updateBytes + 1, most) }
}

import Net
import Wire

/// Limits similar log lines to a number per second, in total and per address.
package struct LogRateLimiter {
    private var second: Int64?
    private var lines = 0
    /// Counts for the current second; bounded by the number of lines written.
    private var linesPerPeer: [PeerNetwork: Int] = [:]
    private var suppressed = 0

    package init() {}

    package enum Verdict { case write, suppress, suppressFirst }

    /// - Returns: `suppressFirst` if the caller must arrange to log the number of suppressed lines.
    package mutating func decide(on peer: Address, at now: Instant, _ limits: Limits) -> Verdict {
        let current = now.nanoseconds / 1_000_000_000
        if second != current {
            (second, lines) = (current, 0)
            linesPerPeer.removeAll(keepingCapacity: true)
        }
        let peerNetwork = PeerNetwork(peer)
        let share = peerNetwork.map { linesPerPeer[$0, default: 0] } ?? 0
        guard lines < limits.rejectionLogRate, peerNetwork == nil || share < limits.rejectionLogRatePerAddress else {
            suppressed += 1
            return suppressed == 1 ? .suppressFirst : .suppress
        }
        lines += 1
        if let peerNetwork { linesPerPeer[peerNetwork] = share + 1 }
        return .write
    }

    /// The number of lines suppressed since the last call.
    package mutating func takeSuppressedCount() -> Int {
        defer { suppressed = 0 }
        return suppressed
    }
}

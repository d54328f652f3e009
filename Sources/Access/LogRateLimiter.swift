import Net
import Wire

/// Which of many like log lines are written: so many a second in all and from each address, whoever sends however much.
package struct LogRateLimiter {
    private var second: Int64?
    private var lines = 0
    /// Of this second; no more than lines were written.
    private var linesPerPeer: [PeerNetwork: Int] = [:]
    private var suppressed = 0

    package init() {}

    package enum Verdict { case write, suppress, suppressFirst }

    /// - Returns: `leaveOutFirst` where it has to be seen to that the number of those left out is told.
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

    /// How many were left out since it was asked last.
    package mutating func takeSuppressedCount() -> Int {
        defer { suppressed = 0 }
        return suppressed
    }
}

import Net
import Wire

/// Which of many like log lines are written: so many a second in all and from each address, whoever sends however much.
struct Ration {
    private var second: Int64?
    private var lines = 0
    /// Of this second; no more than lines were written.
    private var shares: [Subscriber: Int] = [:]
    private var left = 0

    enum Verdict { case write, leaveOut, leaveOutFirst }

    /// - Returns: `leaveOutFirst` where it has to be seen to that the number of those left out is told.
    mutating func verdict(on peer: Address, at now: Instant, _ limits: Limits) -> Verdict {
        let current = now.nanoseconds / 1_000_000_000
        if second != current {
            (second, lines) = (current, 0)
            shares.removeAll(keepingCapacity: true)
        }
        let subscriber = Subscriber(peer)
        let share = subscriber.map { shares[$0, default: 0] } ?? 0
        guard lines < limits.refusalLines, subscriber == nil || share < limits.refusalLinesPerAddress else {
            left += 1
            return left == 1 ? .leaveOutFirst : .leaveOut
        }
        lines += 1
        if let subscriber { shares[subscriber] = share + 1 }
        return .write
    }

    /// How many were left out since it was asked last.
    mutating func takeLeft() -> Int {
        defer { left = 0 }
        return left
    }
}

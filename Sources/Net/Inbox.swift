import Synchronization

/// Jobs that other threads hand to a loop: any thread pushes, the loop takes all.
///
/// A list without a lock: a contended `Mutex` goes to the kernel for both ends of the lock, and ThreadSanitizer does not see
/// it there. Nodes are only ever taken all at once, so the exchange of the top cannot mistake one for another.
struct Inbox: ~Copyable, Sendable {
    private struct Node {
        let job: UnownedJob
        var next: UInt
    }

    /// The newest node's address; 0 if there is none.
    private let top = Atomic<UInt>(0)

    /// - Returns: whether the inbox was empty, so that the loop must be woken.
    func push(_ job: UnownedJob) -> Bool {
        let node = UnsafeMutablePointer<Node>.allocate(capacity: 1)
        node.initialize(to: Node(job: job, next: top.load(ordering: .relaxed)))
        while true {
            let expected = node.pointee.next
            let (exchanged, found) = top.weakCompareExchange(
                expected: expected, desired: UInt(bitPattern: node), successOrdering: .acquiringAndReleasing, failureOrdering: .relaxed)
            if exchanged { return expected == 0 }
            node.pointee.next = found
        }
    }

    /// Appends what has come, oldest first.
    func drain(into jobs: inout [UnownedJob]) {
        let start = jobs.endIndex
        var address = top.exchange(0, ordering: .acquiring)
        while let node = UnsafeMutablePointer<Node>(bitPattern: address) {
            jobs.append(node.pointee.job)
            address = node.pointee.next
            node.deallocate()
        }
        jobs[start...].reverse()
    }
}

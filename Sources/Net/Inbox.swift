import Synchronization

/// A queue of jobs for a loop: any thread pushes, the loop takes all at once.
///
/// A lock-free list: a contended `Mutex` makes a system call to lock and one to unlock, and ThreadSanitizer does not see it there.
/// All nodes are taken at once, so the exchange of the top has no ABA problem.
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

    /// Appends the queued jobs, oldest first, and empties the queue.
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

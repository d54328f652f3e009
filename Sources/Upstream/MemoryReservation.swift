import Jobs
import Server

/// The bytes of media that a job holds in memory until its call to the vendor is over. They count with the bodies of requests.
package final class MemoryReservation {
    private let budget: BodyMemoryBudget
    private let retryAfter: Duration
    private var bytes = 0

    /// - Parameter retryAfter: when a client that finds no room should come back.
    package init(_ budget: BodyMemoryBudget, retryAfter: Duration) {
        self.budget = budget
        self.retryAfter = retryAfter
    }

    deinit { if bytes > 0 { budget.release(bytes) } }

    /// Counts bytes before they are read, and keeps them counted as long as this object lives.
    /// - Throws: `.overloaded` where there is no room for them.
    package func reserve(_ count: Int, for param: String) throws(Fault) {
        guard budget.reserve(count) else {
            throw Fault(
                .overloaded, "The router has no memory for the file given as '\(param)' at the moment. Nothing was started.", param: param,
                retryAfter: retryAfter, sent: .no)
        }
        bytes += count
    }
}

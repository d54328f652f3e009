import Jobs
import Server

/// The memory that a job's media occupy until its vendor call ends. It shares a budget with request bodies.
package final class MemoryReservation {
    private let budget: BodyMemoryBudget
    private let retryAfter: Duration
    private var bytes = 0

    /// - Parameter retryAfter: the delay that a refused client gets.
    package init(_ budget: BodyMemoryBudget, retryAfter: Duration) {
        self.budget = budget
        self.retryAfter = retryAfter
    }

    deinit { if bytes > 0 { budget.release(bytes) } }

    /// Reserves memory before bytes are read. The reservation lasts as long as this object.
    /// - Throws: `.overloaded` if the budget is exhausted.
    package func reserve(_ count: Int, for param: String) throws(Fault) {
        guard budget.reserve(count) else {
            throw Fault(
                .overloaded, "The router has no memory for the file given as '\(param)' at the moment. Nothing was started.", param: param,
                retryAfter: retryAfter, sent: .no)
        }
        bytes += count
    }
}

import Catalog
import Jobs
import Routing
import Upstream
import Wire

/// A try of a plan that can make the job, with the job as it would be made there. An object, because a model is large and the admission
/// queue, the call and the claims all refer to it.
final class Candidate: Sendable {
    let attempt: Plan.Try
    let account: Account
    let checked: ValidatedJob
    /// The cost to reserve and to show; nil if it is unknown.
    let cost: Money?

    init(attempt: Plan.Try, account: Account, checked: ValidatedJob, cost: Money?) {
        self.attempt = attempt
        self.account = account
        self.checked = checked
        self.cost = cost
    }
}

extension [Candidate] {
    /// Removes the try that failed, and those that would fail in the same way: a request that is wrong for one account of a vendor is wrong
    /// for its others.
    mutating func removeTries(like failed: Candidate, at place: Int, after fault: Fault) {
        remove(at: place)
        guard fault.kind == .vendorRefused, fault.scope == .request else { return }
        removeAll {
            $0.attempt.model.fullName == failed.attempt.model.fullName && $0.account.baseURL == failed.account.baseURL
        }
    }
}

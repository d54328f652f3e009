import Jobs
import Routing
import Upstream

extension Fault {
    /// Whether the next try of a plan may be asked: nothing was accepted, and another model or account may fare better. What the caller
    /// must change, what this program cannot do, and what a vendor's moderation refused is not offered elsewhere.
    var mayTryNext: Bool {
        guard sent != .maybe else { return false }
        switch kind {
        case .unsupported, .unknownModel, .notImplemented, .vendorRefused, .modelUnavailable, .vendorUnavailable, .vendorTimeout,
            .vendorRateLimited, .vendorBusy, .vendorCredentials, .vendorBalance, .misconfigured:
            return true
        default:
            return false
        }
    }
}

extension Fault? {
    /// Of the failures of a plan's tries the first is answered, but for one after which the same request may succeed.
    mutating func keepMoreUseful(_ fault: Fault) {
        guard let first = self, first.kind.isTransient || !fault.kind.isTransient else {
            self = fault
            return
        }
    }
}

extension [Candidate] {
    /// Takes out the try that failed, and those that are bound to fail in the same way: a request that one account of a vendor calls wrong
    /// is wrong at its others.
    mutating func removeTries(like failed: Candidate, at place: Int, after fault: Fault) {
        remove(at: place)
        guard fault.kind == .vendorRefused, fault.scope == .request else { return }
        removeAll {
            $0.attempt.model.fullName == failed.attempt.model.fullName && $0.account.baseURL == failed.account.baseURL
        }
    }
}

import Jobs
import Routing

extension Fault {
    /// Whether the next try of a plan may be used: nothing was accepted, and another model or account may succeed. Not for what the caller
    /// must change, what this program cannot do, and what a vendor's moderation refused.
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
    /// Of the failures of a plan's tries, keeps the first, or a later one after which the same request may succeed.
    mutating func keepMoreUseful(_ fault: Fault) {
        guard let first = self, first.kind.isTransient || !fault.kind.isTransient else {
            self = fault
            return
        }
    }
}

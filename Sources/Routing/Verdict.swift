import Jobs

/// What a failed or successful start says about the account, and about how much of it.
package struct Verdict: Sendable, Equatable {
    package var outcome: Breaker.Outcome
    package var scope: Fault.Scope
    package var cause: Fault.Kind

    package init(_ outcome: Breaker.Outcome, scope: Fault.Scope = .account, cause: Fault.Kind = .vendorUnavailable) {
        (self.outcome, self.scope, self.cause) = (outcome, scope, cause)
    }

    package static let succeeded = Verdict(.succeeded)

    /// What a failed start says. Only proof closes anything (`refused`); refusals of the request say that the account works, and failures
    /// of this program say nothing.
    package init(_ fault: Fault) {
        let outcome: Breaker.Outcome =
            switch fault.kind {
            case .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: .failed
            case .vendorRateLimited, .vendorBusy: .busy(fault.retryAfter)
            // Rights that are missing for one request prove nothing about the key.
            case .vendorCredentials where fault.scope == .request: .failed
            case .vendorBalance where fault.scope == .request: .succeeded
            case .vendorCredentials, .vendorBalance, .modelUnavailable: .refused
            case .vendorRefused, .moderated: .succeeded
            default: .inconclusive
            }
        if fault.scope == .router {
            self.init(.inconclusive, scope: .router, cause: fault.kind)
        } else {
            self.init(outcome, scope: outcome == .failed && fault.scope == .request ? .vendor : fault.scope, cause: fault.kind)
        }
    }
}

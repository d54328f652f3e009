import Jobs

/// What a failed or successful start call shows, and about what: one request, a model, the account, the vendor.
package struct Verdict: Sendable, Equatable {
    package var outcome: Breaker.Outcome
    package var scope: Fault.Scope
    package var cause: Fault.Kind

    package init(_ outcome: Breaker.Outcome, scope: Fault.Scope = .account, cause: Fault.Kind = .vendorUnavailable) {
        (self.outcome, self.scope, self.cause) = (outcome, scope, cause)
    }

    package static let succeeded = Verdict(.succeeded)

    /// What a failed start call shows. Only proof closes anything (`refused`). A refusal of the request shows that the account works. A
    /// failure of this program shows nothing.
    package init(_ fault: Fault) {
        let outcome: Breaker.Outcome =
            switch fault.kind {
            case .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: .failed
            case .vendorRateLimited, .vendorBusy: .busy(fault.retryAfter)
            // A missing permission for one request proves nothing about the key.
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

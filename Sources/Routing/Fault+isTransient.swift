import Jobs

extension Fault.Kind {
    /// Whether waiting helps and no one has to act.
    package var isTransient: Bool {
        switch self {
        case .vendorRateLimited, .vendorBusy, .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: true
        default: false
        }
    }
}

import Jobs
import Routing
import Synchronization
import Wire

/// The breakers of all accounts, shared by all loops.
final class Breakers: Sendable {
    private let states = Mutex<[String: Breaker]>([:])

    /// Nil if a call to the account may go out now; else how long to wait. Takes the one probe of a tripped breaker whose pause is over.
    func refuses(_ account: String, now: Timestamp) -> Duration? {
        states.withLock { states in
            states[account, default: Breaker()].admit(now: now) ? nil : states[account, default: Breaker()].wait(now: now)
        }
    }

    func worked(_ account: String, now: Timestamp) { note(.worked, account, now) }

    /// What a failed start says about the account; faults of the caller say that it works.
    func note(_ fault: Fault, of account: String, now: Timestamp) {
        switch fault.kind {
        case .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: note(.failed, account, now)
        case .vendorRateLimited, .vendorBusy: note(.busy(fault.retryAfter), account, now)
        case .vendorCredentials, .vendorBalance: note(.refusedAccount, account, now)
        case .vendorRefused, .moderated: note(.worked, account, now)
        default: note(.untried, account, now)
        }
    }

    /// State by account, for `/readyz` and metrics.
    func words() -> [(account: String, state: String)] {
        states.withLock { states in states.map { ($0.key, $0.value.state.word) }.sorted { $0.0 < $1.0 } }
    }

    private func note(_ outcome: Breaker.Outcome, _ account: String, _ now: Timestamp) {
        states.withLock { states in states[account, default: Breaker()].note(outcome, now: now) }
    }
}

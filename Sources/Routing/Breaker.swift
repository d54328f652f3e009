import Jobs
import Wire

/// A circuit breaker: passing, tripped, or probing with one call. There is one for each account, one for each model of an account, and one
/// for each owner whose requests fail at an account (`AccountLimiter`).
package struct Breaker: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case passing
        /// No call is admitted before that time.
        case tripped(until: Instant)
        /// One call is running, to test whether the account works again.
        case probing(since: Instant)

        package var name: String {
            switch self {
            case .passing: "passing"
            case .tripped: "tripped"
            case .probing: "probing"
            }
        }
    }

    /// What one call showed about the account, model or owner.
    package enum Outcome: Sendable, Equatable {
        /// It got a sensible answer; a refusal of one job counts as one.
        case succeeded
        case failed
        /// The vendor asked for a pause: `Retry-After`, or too many jobs at once.
        case busy(Duration?)
        /// Wrong key, no balance, or a model that is not available: nothing works until the operator acts.
        case refused
        /// No call was made, or it showed nothing about the account: another probe is admitted.
        case inconclusive
    }

    package private(set) var state = State.passing
    /// Whether the vendor asked for the pause: nothing is wrong, and waiting helps.
    package private(set) var isPaused = false
    /// Why it last tripped.
    package private(set) var cause = Fault.Kind.vendorUnavailable
    /// The end of the pause that the vendor asked for, which may be longer than calls are held back.
    private var pauseEnd: Instant?
    /// How often it has tripped since the start of the program.
    package private(set) var totalTrips = 0
    private var failures = 0
    private var trips = 0
    private var pauses = 0

    private static let failuresToTrip = 5
    private static let minPause: Duration = .seconds(5)
    private static let maxPause: Duration = .seconds(300)
    private static let refusalPause: Duration = .seconds(60)
    /// The maximum pause for a vendor that is busy and does not say for how long.
    private static let maxGuessedPause: Duration = .seconds(30)
    /// A probe without an outcome blocks the account no longer than this.
    private static let probeTimeout: Duration = .seconds(60)

    package init() {}

    /// Whether no call has failed since the start or the last success: another success changes nothing.
    var isAtRest: Bool { state == .passing && !isPaused && failures == 0 && trips == 0 && pauses == 0 }

    package var isProbing: Bool { if case .probing = state { true } else { false } }

    /// Whether a call may be sent now; the first one after the pause of a tripped breaker becomes its probe.
    package mutating func admit(now: Instant) -> Bool {
        switch state {
        case .passing: return true
        case .tripped(let until) where now >= until: break
        case .probing(let since) where now - since >= Breaker.probeTimeout: break
        case .tripped, .probing: return false
        }
        state = .probing(since: now)
        return true
    }

    /// How long until the next call is admitted; zero when passing.
    package func wait(now: Instant) -> Duration {
        switch state {
        case .passing: .zero
        case .tripped(let until): max(.zero, until - now)
        case .probing(let since): max(.zero, Breaker.probeTimeout - (now - since))
        }
    }

    /// How long clients should wait: the vendor's pause, which may be longer than calls are held back.
    package func retryAfter(now: Instant) -> Duration { max(wait(now: now), isPaused ? pauseEnd.map { $0 - now } ?? .zero : .zero) }

    /// Records the outcome of a call.
    /// - Parameter cause: the kind of the fault that the outcome was derived from.
    package mutating func record(_ outcome: Outcome, because cause: Fault.Kind = .vendorUnavailable, now: Instant) {
        switch outcome {
        case .succeeded:
            // Accepted before the vendor asked for its pause: shows nothing about now.
            if isPaused, case .tripped(let until) = state, now < until { return }
            let count = totalTrips
            self = Breaker()
            totalTrips = count
        case .busy(let pause):
            // A pause asked for by the vendor is not a fault of the account: it does not count towards tripping.
            let guessedPause = min(.seconds(1) * (1 << min(pauses, 5)), Breaker.maxGuessedPause)
            state = .tripped(until: now + min(pause ?? guessedPause, Breaker.maxPause))
            pauseEnd = pause.map { now + $0 }
            isPaused = true
            pauses += 1
            self.cause = cause
        case .inconclusive:
            if case .probing = state { state = .tripped(until: now) }
        case .refused:
            trip(for: Breaker.refusalPause, because: cause, now: now)
        case .failed:
            failures += 1
            if case .probing = state {
                trip(for: pause, because: cause, now: now)
            } else if failures >= Breaker.failuresToTrip {
                trip(for: pause, because: cause, now: now)
            }
        }
    }

    private var pause: Duration { min(Breaker.minPause * (1 << min(trips, 6)), Breaker.maxPause) }

    private mutating func trip(for pause: Duration, because cause: Fault.Kind, now: Instant) {
        state = .tripped(until: now + pause)
        self.cause = cause
        isPaused = false
        trips += 1
        totalTrips += 1
        failures = 0
    }
}

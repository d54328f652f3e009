import Access
import Dialects
import Jobs
import Routing
import Synchronization
import Telemetry
import Wire

/// Counts and logs the tries of a plan that were skipped or failed, so that an operator sees why another model made the job. A cause is
/// logged once a minute for each try.
struct TryLog {
    private let shared: SharedState
    private let clock: () -> Timestamp
    private let name: String
    /// For a plan with one try that is no alias, the answer says everything.
    private let isNeeded: Bool

    init(_ shared: SharedState, name: String, of plan: Plan, isAlias: Bool, clock: @escaping () -> Timestamp) {
        self.shared = shared
        self.clock = clock
        self.name = name
        isNeeded = isAlias || plan.tries.count > 1
    }

    /// Notes a try that failed or cannot make the job.
    func note(_ attempt: Plan.Try, _ fault: Fault) {
        let reason = fault.cause == .priceUnknown ? "price_unknown" : fault.kind.publicCode
        note(attempt, reason: reason, detail: fault.detail ?? fault.message)
    }

    /// Notes tries that were skipped: their accounts have no free slot, or their circuit breakers are open.
    func note(_ skipped: [AdmissionController.SkippedTry], of candidates: [Candidate]) {
        for skipped in skipped {
            note(candidates[skipped.tryIndex].attempt, reason: skipped.cause.publicCode, detail: "closed or full")
        }
    }

    private func note(_ attempt: Plan.Try, reason: String, detail: String) {
        guard isNeeded else { return }
        let key = [name, attempt.account, attempt.model.name, reason].joined(separator: " ")
        shared.telemetry.recordSkippedTry(
            alias: name, account: attempt.account, model: attempt.model.fullName, reason: reason, detail: detail,
            isLogged: shared.skippedTries.withLock { $0.isFirst(key, at: clock()) })
    }
}

/// Selects which of many equal log lines are written: the first in each minute.
struct OncePerMinute {
    private var minute: Int64?
    private var seen: Set<String> = []
    /// The maximum number of different lines in a minute.
    private static let maxLines = 500

    mutating func isFirst(_ key: String, at now: Timestamp) -> Bool {
        if minute != now.unix / 60 {
            minute = now.unix / 60
            seen.removeAll(keepingCapacity: true)
        }
        guard seen.count < OncePerMinute.maxLines else { return false }
        return seen.insert(key).inserted
    }
}

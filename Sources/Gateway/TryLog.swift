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
    private let name: String
    /// A plan with one try, under its own name, says all in its answer.
    private let isNeeded: Bool

    init(_ shared: SharedState, name: String, of plan: Plan, isAlias: Bool) {
        self.shared = shared
        self.name = name
        isNeeded = isAlias || plan.tries.count > 1
    }

    /// The try was asked and failed, or cannot make this job.
    func note(_ attempt: Plan.Try, _ fault: Fault, now: Timestamp) {
        let reason = fault.cause == .priceUnknown ? "price_unknown" : fault.kind.publicCode
        note(attempt, reason: reason, detail: fault.detail ?? fault.message, now: now)
    }

    /// The tries were not asked: their accounts have no room, or something there is closed.
    func note(_ skipped: [AdmissionController.SkippedTry], of candidates: [Candidate], now: Timestamp) {
        for skipped in skipped {
            note(candidates[skipped.tryIndex].attempt, reason: skipped.cause.publicCode, detail: "closed or full", now: now)
        }
    }

    private func note(_ attempt: Plan.Try, reason: String, detail: String, now: Timestamp) {
        guard isNeeded else { return }
        let key = [name, attempt.account, attempt.model.name, reason].joined(separator: " ")
        shared.telemetry.recordSkippedTry(
            alias: name, account: attempt.account, model: attempt.model.fullName, reason: reason, detail: detail,
            isLogged: shared.skippedTries.withLock { $0.isFirst(key, at: now) })
    }
}

/// Which of many equal lines are written: the first in each minute.
struct OncePerMinute {
    private var minute: Int64?
    private var seen: Set<String> = []
    /// Beyond that number of different lines in a minute none is written.
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

import Dialects
import Jobs
import Journal
import Routing
import Seal
import Wire

/// Decides whether a job that failed at its vendor may be started at the next vendor of its alias (`on_failure: next`).
final class FailoverPolicy {
    private let planner: Planner
    private let hasJournal: Bool
    private let maxStoredBytes: Int
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies) {
        planner = dependencies.config.planner
        hasJournal = dependencies.shared.journal != nil
        maxStoredBytes = dependencies.config.limits.maxJournalRequestBytes
        clock = dependencies.clock
    }

    /// Whether the failure is the vendor's, and the job's alias has a try left.
    func allowsFailover(of job: OpenedJob, after fault: Fault) -> Bool {
        hasJournal && fault.maySucceedElsewhere && !remainingTries(of: job, tried: []).isEmpty
    }

    /// The tries that are left for a job.
    /// - Parameter tried: `Plan.key` of each try that failed before.
    func remainingTries(of job: OpenedJob, tried: [String]) -> [Plan.Try] {
        let plan = try? planner.plan(
            for: job.claims.requestedModel, order: { WeightedShuffle.order($0) { Double.random(in: 0..<1) } },
            isRetired: { [now = clock()] in $0.isRetired(at: now) })
        return plan?.next(after: job.claims.account, job.claims.model, tried: tried) ?? []
    }

    /// The request from which the job can be started again; nil if its alias does not fail over, or the request is too large to keep.
    func storedRequest(_ request: Request, for attempt: Plan.Try, of plan: Plan) -> StoredRequest? {
        guard hasJournal, !plan.next(after: attempt.account, attempt.model.name, tried: []).isEmpty,
            request.body.count <= maxStoredBytes
        else { return nil }
        return StoredRequest(
            path: request.path, query: request.query.encoded, type: request.headers[.contentType], body: Bytes(request.body))
    }
}

extension Fault {
    /// Whether the same job may succeed at another vendor: no moderation, no bad input, no cancellation, no timeout.
    fileprivate var maySucceedElsewhere: Bool {
        switch kind {
        case .vendorFailed, .vendorBusy, .vendorRateLimited, .vendorUnavailable, .vendorTimeout, .vendorNonsense, .vendorCredentials,
            .vendorBalance, .modelUnavailable:
            true
        default: false
        }
    }
}

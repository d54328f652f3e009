import Catalog
import JobState
import Jobs
import Net
import Routing
import Seal
import Telemetry
import Upstream
import Wire

/// When the vendor is asked for a status.
enum StatusRequest {
    /// Only if its interval has passed since the last poll.
    case ifDue
    /// Always: for result links that no longer work.
    case immediately
    /// Always, and a vendor that has forgotten the job has cancelled it.
    case afterCancel
}

/// Reports the status of jobs.
protocol StatusSource: AnyObject {
    /// The status of a job: from the cache, else from its vendor, which is asked once however many requests wait for the answer.
    func refreshStatus(of job: OpenedJob, _ request: StatusRequest) async throws(Fault) -> JobStatusCache.StatusSnapshot
}

extension StatusSource {
    func refreshStatus(of job: OpenedJob) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        try await refreshStatus(of: job, .ifDue)
    }
}

/// Refreshes the status of jobs, and never makes a paid call. A failure that another vendor might make good stays undecided: a
/// `FailoverStatusRefresher` decides it.
final class StatusRefresher: StatusSource {
    /// The meaning of a failure at the vendor.
    enum FailureDecision {
        /// The job has failed.
        case final
        /// Another vendor makes the job, or will.
        case failedOver(Progress)
        /// Another vendor may make the job. Nothing is recorded.
        case undecided
    }

    private let lookup: JobLookup
    private let poller: StatusPoller
    private let ends: JobEndRecorder
    private let policy: FailoverPolicy
    /// Nil if no results are kept.
    private let kept: KeptResults?
    private let config: RuntimeConfig
    private let statusCache: JobStatusCache
    private let metadata: JobMetadataCache
    private let telemetry: Telemetry
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant

    init(
        _ dependencies: Dependencies, lookup: JobLookup, poller: StatusPoller, ends: JobEndRecorder, policy: FailoverPolicy,
        kept: KeptResults?
    ) {
        self.kept = kept
        self.lookup = lookup
        self.poller = poller
        self.ends = ends
        self.policy = policy
        config = dependencies.config
        statusCache = dependencies.shared.statusCache
        metadata = dependencies.shared.jobMetadata
        telemetry = dependencies.shared.telemetry
        clock = dependencies.clock
        monotonic = dependencies.monotonic
    }

    func refreshStatus(of job: OpenedJob, _ request: StatusRequest) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        try await refreshStatus(of: job, request) { [policy] job, fault in
            policy.allowsFailover(of: job, after: fault) ? .undecided : .final
        }
    }

    /// - Parameter decide: decides what a failure at the vendor means for the job.
    func refreshStatus(
        of job: OpenedJob, _ request: StatusRequest, decide: (OpenedJob, Fault) async -> FailureDecision
    ) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        if job.claims.ticket.fields.isEmpty { return ambiguousStatus(of: job) }
        if request == .ifDue, let snapshot = await keptStatus(of: job) { return snapshot }
        while true {
            // The job may have failed over while another request was waited for.
            let job = lookup.current(job)
            let account = try lookup.account(of: job.claims)
            switch statusCache.acquire(job.id, now: monotonic(), interval: account.card.pollInterval, fresh: request != .ifDue) {
            case .known(let snapshot):
                log(snapshot, of: job, source: "memory")
                return snapshot
            case .follower:
                if let snapshot = try await statusCache.wait(for: job.id) { return snapshot }
            case .leader:
                return try await pollAndComplete(job, request, account: account, decide: decide)
            }
        }
    }

    /// The status of a job whose results are kept, if it is not in memory, or its account was removed: its vendor need not be asked.
    private func keptStatus(of job: OpenedJob) async -> JobStatusCache.StatusSnapshot? {
        guard let kept, statusCache.lastKnown(job.id)?.ended == nil || config.accounts[job.claims.account] == nil,
            let snapshot = await kept.snapshot(of: job, now: monotonic())
        else { return nil }
        statusCache.restore(job.id, snapshot)
        return snapshot
    }

    /// The status of an intent: whether the vendor has the job is unknown.
    private func ambiguousStatus(of job: OpenedJob) -> JobStatusCache.StatusSnapshot {
        let known = metadata[job.id]
        return JobStatusCache.StatusSnapshot(
            progress: .failed(known?.fault ?? IntentRecorder.ambiguousCreate), percent: 0, learnt: monotonic(),
            ended: known?.ended ?? job.claims.created)
    }

    private func pollAndComplete(
        _ job: OpenedJob, _ request: StatusRequest, account: Account, decide: (OpenedJob, Fault) async -> FailureDecision
    ) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        var found = await pollVendor(for: job, account: account)
        if request == .afterCancel, case .success(.failed(let fault)) = found, fault.kind == .vendorExpired {
            found = .success(.failed(Fault(.vendorCancelled, "The job was cancelled.")))
        }
        if case .success(.failed(let fault)) = found {
            switch await decide(job, fault) {
            case .final: break
            case .failedOver(let progress): found = .success(progress)
            case .undecided:
                statusCache.release(job.id)
                return JobStatusCache.StatusSnapshot(progress: .queued, percent: 0, learnt: monotonic())
            }
        }
        let completed = clock()
        let snapshot = try statusCache.complete(
            job.id, found, now: monotonic(), time: completed, reportsFaults: account.card.reportsStatusFaults)
        if snapshot.ended == completed { ends.recordEnd(of: job, snapshot, at: account.card) }
        log(snapshot, of: job, source: account.name)
        return snapshot
    }

    private func pollVendor(for job: OpenedJob, account: Account) async -> Result<Progress, Fault> {
        do throws(Fault) {
            let progress = try await poller.pollVendor(for: job, with: account)
            let model = config.catalog.model(job.claims.model, of: job.claims.vendor)
            return .success(
                Upstream.publicProgress(progress, of: model, on: account, requestedModel: job.claims.requestedModel))
        } catch {
            return poller.progress(of: job, after: error).map { .success($0) } ?? .failure(error)
        }
    }

    private func log(_ snapshot: JobStatusCache.StatusSnapshot, of job: OpenedJob, source: String) {
        guard telemetry.isEnabled(.trace) else { return }
        telemetry.log(
            .trace, "job state",
            fields: ["job": job.id, "state": snapshot.progress.word, "percent": "\(snapshot.percent)", "source": source])
    }
}

/// Refreshes the status of jobs, and may pay again: a job that failed at its vendor is started at the next vendor of its alias.
final class FailoverStatusRefresher: StatusSource {
    private let refresher: StatusRefresher
    private let failover: JobFailover

    init(_ refresher: StatusRefresher, failover: JobFailover) {
        self.refresher = refresher
        self.failover = failover
    }

    func refreshStatus(of job: OpenedJob, _ request: StatusRequest) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        try await refresher.refreshStatus(of: job, request) { [failover] job, fault in
            await failover.failOver(job, after: fault).map { .failedOver($0) } ?? .final
        }
    }
}

extension Progress {
    /// For logs.
    fileprivate var word: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .done: "completed"
        case .failed(let fault): "failed: \(fault.kind.rawValue)"
        case .unknown(let word): "unknown: \(word.prefix(40))"
        }
    }
}

import Dialects
import JobState
import Jobs
import Seal
import Upstream
import Wire

/// Cancels jobs at their vendors.
final class JobCanceller {
    private let lookup: JobLookup
    private let status: any StatusSource
    private let views: JobViewBuilder
    private let upstream: Upstream
    private let metadata: JobMetadataCache

    init(_ dependencies: Dependencies, lookup: JobLookup, status: any StatusSource, views: JobViewBuilder) {
        self.lookup = lookup
        self.status = status
        self.views = views
        upstream = dependencies.upstream
        metadata = dependencies.shared.jobMetadata
    }

    /// Requests that the vendor stops a job.
    /// - Throws: `.notImplemented` if the vendor cannot cancel, `.conflict` if the job has ended or the vendor refuses.
    func cancel(_ opened: OpenedJob) async throws(Fault) -> JobView {
        let snapshot = try await status.refreshStatus(of: opened)
        // If the job has failed over, its current vendor has it.
        let job = lookup.current(opened)
        guard !snapshot.progress.isFinal else {
            throw Fault(.conflict, "The job has ended already and cannot be cancelled.", code: "already_ended")
        }
        guard let outcome = try await requestCancel(of: job) else {
            throw Fault(.notImplemented, "The vendor of this model cannot cancel jobs.", code: "cancel_not_supported")
        }
        guard outcome != .refused else {
            throw Fault(.conflict, "The vendor did not cancel the job; it may be running already.", code: "cancel_refused")
        }
        let after = try await status.refreshStatus(of: opened, outcome == .requested ? .immediately : .afterCancel)
        return views.view(of: job, after)
    }

    /// Sends the vendor's cancel call.
    /// - Returns: what its answer proves; nil if the vendor cannot cancel.
    func requestCancel(of job: OpenedJob) async throws(Fault) -> CancelOutcome? {
        let account = try lookup.account(of: job.claims)
        guard let call = account.vendor.cancelCall(for: job.claims.ticket) else { return nil }
        let reply = try await upstream.send(call, with: account)
        let outcome = account.vendor.cancelOutcome(from: reply, for: job.claims.ticket)
        if outcome != .refused { metadata.update(job.id) { $0.isCancelRequested = true } }
        return outcome
    }
}

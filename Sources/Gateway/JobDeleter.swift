import Dialects
import JobState
import Jobs
import Journal
import Upstream
import Wire

/// Deletes jobs.
final class JobDeleter {
    private let lookup: JobLookup
    private let status: any StatusSource
    private let views: JobViewBuilder
    private let canceller: JobCanceller
    private let ends: JobEndRecorder
    private let journal: Journal?
    private let metadata: JobMetadataCache
    private let statusCache: JobStatusCache
    private let idempotency: IdempotencyStore
    private let results: ResultActivity
    private let clock: () -> Timestamp

    init(
        _ dependencies: Dependencies, lookup: JobLookup, status: any StatusSource, views: JobViewBuilder, canceller: JobCanceller,
        ends: JobEndRecorder
    ) {
        self.lookup = lookup
        self.status = status
        self.views = views
        self.canceller = canceller
        self.ends = ends
        journal = dependencies.shared.journal
        metadata = dependencies.shared.jobMetadata
        statusCache = dependencies.shared.statusCache
        idempotency = dependencies.shared.idempotency
        results = dependencies.shared.results
        clock = dependencies.clock
    }

    /// Deletes a job. One that still runs is cancelled first; if its vendor cannot do that, it stays.
    func delete(_ job: OpenedJob) async throws(Fault) -> JobView {
        let journal = try Journal.require(journal)
        let snapshot = try await refreshStatusIfPossible(of: job)
        if let snapshot, !snapshot.progress.isFinal { try await cancelToDelete(lookup.current(job)) }
        do throws(StorageError) {
            try await journal.markDeleted(JobRecord(job.claims, id: job.id, owner: job.owner), at: clock())
        } catch {
            throw error.readFault
        }
        metadata.markDeleted(job.id)
        statusCache.notify(job.id)
        idempotency.forget(job.id)
        results.wake()
        return views.view(of: job, snapshot ?? .deleted(at: clock()))
    }

    /// The status of a job that is to be deleted; nil if it can no longer be found out, so that the job can still be deleted.
    private func refreshStatusIfPossible(of job: OpenedJob) async throws(Fault) -> JobStatusCache.StatusSnapshot? {
        do throws(Fault) {
            return try await status.refreshStatus(of: job)
        } catch {
            if [.misconfigured, .notFound, .gone, .vendorNonsense].contains(error.kind) { return nil }
            throw error
        }
    }

    /// Cancels a job that is to be deleted.
    /// - Throws: `.notReady` unless the vendor proves that the job has ended. As long as it may run, its owner must be able to see it.
    private func cancelToDelete(_ job: OpenedJob) async throws(Fault) {
        let card = try lookup.account(of: job.claims).card
        let outcome = try await canceller.requestCancel(of: job)
        switch outcome {
        case .cancelled?, .gone?:
            ends.recordCancelledEnd(of: job, isFree: outcome == .cancelled && card.freeCancelSource != nil, at: clock())
        case .requested?:
            throw Fault(
                .notReady,
                "The vendor was asked to cancel the job and has not confirmed it, so the job may still finish. "
                    + "Ask for its status, and delete it when it has ended.", code: "video_in_progress")
        case .refused?, nil:
            throw Fault(
                .notReady, "The job is still being made and cannot be cancelled at its vendor. Delete it when it has ended.",
                code: "video_in_progress")
        }
    }
}

extension JobStatusCache.StatusSnapshot {
    fileprivate static func deleted(at time: Timestamp) -> JobStatusCache.StatusSnapshot {
        JobStatusCache.StatusSnapshot(
            progress: .failed(Fault(.gone, "The job was deleted.")), percent: 0, learnt: .distantPast, ended: time)
    }
}

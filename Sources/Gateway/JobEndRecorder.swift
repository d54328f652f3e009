import Access
import Crypto
import JobState
import Jobs
import Journal
import Net
import Seal
import Telemetry
import Wire

/// Records the end of a job: in the journal, in the logs and metrics, and at the admission controller, whose slot it frees.
final class JobEndRecorder {
    private let admission: AdmissionController
    private let metadata: JobMetadataCache
    private let journal: Journal?
    private let config: RuntimeConfig
    private let results: ResultActivity
    private let telemetry: Telemetry
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies) {
        admission = dependencies.shared.admission
        metadata = dependencies.shared.jobMetadata
        journal = dependencies.shared.journal
        config = dependencies.config
        results = dependencies.shared.results
        telemetry = dependencies.shared.telemetry
        monotonic = dependencies.monotonic
    }

    /// Records the first end of a job and settles its cost: the cost that the vendor reported, else the expected cost. A job that the
    /// vendor failed to make is free; the cost of a job that has not ended in time stays unknown. Nothing waits for the disk.
    func recordEnd(of job: OpenedJob, _ snapshot: JobStatusCache.StatusSnapshot, at card: VendorCard) {
        guard let ended = snapshot.ended else { return }
        admission.releaseJob(job.id, now: monotonic())
        var fault: Fault?
        if case .failed(let failure) = snapshot.progress { fault = failure }
        let isFree = fault.map { isKnownFree(job.id, $0, at: card) } ?? false
        let settled = metadata[job.id]?.reportedCost ?? (isFree ? .zero : nil)
        if let settled { metadata.update(job.id) { $0.cost = settled } }
        journal?.recordEnd(job.id, fault, settled: settled, keeping: resultsToKeep(snapshot), at: ended)
        results.wake()
        report(job, fault: fault, cost: settled ?? metadata[job.id]?.cost ?? job.claims.cost, at: ended)
    }

    /// Records the end of a job that was cancelled in order to be deleted.
    /// - Parameter isFree: whether the vendor is known to charge nothing for it.
    func recordCancelledEnd(of job: OpenedJob, isFree: Bool, at ended: Timestamp) {
        let fault = Fault(.vendorCancelled, "The job was cancelled and deleted.")
        journal?.recordEnd(job.id, fault, settled: isFree ? .zero : nil, at: ended)
        report(job, fault: fault, cost: isFree ? .zero : metadata[job.id]?.cost ?? job.claims.cost, at: ended)
        admission.releaseJob(job.id, now: monotonic())
    }

    /// The results of a done job, under keys that cannot be guessed.
    private func resultsToKeep(_ snapshot: JobStatusCache.StatusSnapshot) -> [NewResult] {
        guard config.results != nil, case .done(let assets) = snapshot.progress else { return [] }
        let kinds = assets.map(\.kind.rawValue)
        return kinds.indices.filter { !kinds[..<$0].contains(kinds[$0]) }.map { place in
            NewResult(kind: kinds[place], key: Hex.text(config.random.bytes(16)))
        }
    }

    /// Logs and counts an end.
    private func report(_ job: OpenedJob, fault: Fault?, cost: Money?, at ended: Timestamp) {
        let claims = job.claims
        let owner = metadata[job.id]?.owner
        telemetry.record(
            AccessLogEntry.Job(id: job.id, vendor: claims.vendor, model: claims.model, cost: cost?.dollars), account: claims.account,
            owner: owner, outcome: fault.map(\.outcome) ?? "completed", after: ended - claims.created)
        guard let cost, let owner else { return }
        telemetry.jobs.recordSettlement(dollars: cost.dollars, key: owner, vendor: claims.vendor)
    }

    /// Whether a job with this end is known to cost nothing. A cancelled job is, only where the vendor documents that.
    private func isKnownFree(_ id: String, _ fault: Fault, at card: VendorCard) -> Bool {
        switch fault.kind {
        case .vendorExpired: false
        case .vendorCancelled: card.freeCancelSource != nil
        default: fault.sent != .maybe && (card.freeCancelSource != nil || metadata[id]?.isCancelRequested != true)
        }
    }
}

extension Fault {
    /// The outcome of a job that ended with this fault, as the metrics name it.
    fileprivate var outcome: String {
        if sent == .maybe { return "ambiguous" }
        switch kind {
        case .moderated: return "moderated"
        case .vendorCancelled: return "cancelled"
        case .vendorExpired: return "expired"
        default: return "failed"
        }
    }
}

import Dialects
import JobState
import Jobs
import Seal
import Upstream
import Wire

/// Builds what an owner sees of a job.
final class JobViewBuilder {
    private let config: RuntimeConfig
    private let metadata: JobMetadataCache
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        metadata = dependencies.shared.jobMetadata
        clock = dependencies.clock
    }

    func view(of job: OpenedJob, _ snapshot: JobStatusCache.StatusSnapshot) -> JobView {
        let claims = job.claims
        let known = metadata[job.id]
        var view = JobView(
            id: job.id, operation: claims.operation, progress: snapshot.progress, percent: snapshot.percent, created: claims.created,
            model: claims.requestedModel)
        view.resolvedModel = claims.vendor + "/" + claims.model
        view.echo = claims.echo
        view.seconds = claims.seconds ?? known?.seconds
        view.size = claims.size ?? known?.size
        view.prompt = known?.prompt
        view.previous = known?.previous
        view.cost = known?.cost ?? claims.cost
        if let note = known?.failoverNote { view.warnings = [Warning(param: "model", message: note)] }
        view.completed = snapshot.ended == nil ? nil : known?.ended ?? snapshot.ended
        let card = config.accounts[claims.account]?.card
        if case .done(let assets) = snapshot.progress {
            if assets.contains(where: { $0.kind == .video }) { view.links = [link(to: job)] }
            view.expires =
                known?.keptUntil ?? assets.lazy.compactMap(\.expires).first
                ?? snapshot.ended.flatMap { ended in card?.resultTTL.map { ended + $0 } }
        }
        if !snapshot.progress.isFinal { view.pollAfter = JobViewBuilder.pollDelay(for: card?.pollInterval) }
        return view
    }

    /// A signed link to the job's video.
    func link(to job: OpenedJob) -> String { config.links.link(to: job.id, of: job.owner, now: clock()) }

    /// The vendor's interval, within the bounds that SDKs accept.
    private static func pollDelay(for interval: Duration?) -> Duration { min(max(interval ?? .seconds(2), .seconds(1)), .seconds(8)) }
}

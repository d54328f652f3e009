import Configuration
import JobState
import Jobs
import Journal
import Seal
import Upstream
import Wire

/// Opens the results of jobs, with the credentials of the account that made them.
final class ContentOpener {
    private let lookup: JobLookup
    private let status: any StatusSource
    private let sources: ContentSourceOpener
    /// Nil if no results are kept.
    private let kept: KeptResults?
    /// Nil if no images of videos are made.
    private let thumbnails: ThumbnailMaker?
    private let metadata: JobMetadataCache
    private let jobTimeout: Duration
    private let clock: () -> Timestamp

    init(
        _ dependencies: Dependencies, lookup: JobLookup, status: any StatusSource, sources: ContentSourceOpener, kept: KeptResults?
    ) {
        thumbnails = ThumbnailMaker(dependencies, kept: kept)
        self.lookup = lookup
        self.status = status
        self.sources = sources
        self.kept = kept
        metadata = dependencies.shared.jobMetadata
        jobTimeout = dependencies.config.limits.jobTimeout
        clock = dependencies.clock
    }

    /// Opens one asset of a job: the copy that this server keeps, whatever its vendor does, else the vendor's.
    /// - Throws: what the job's status means for a client that wants its bytes, and the vendor's refusals.
    func open(_ kind: Asset.Kind, of job: OpenedJob, _ request: ContentRequest) async throws(Fault) -> ContentStream {
        guard let kept else { return try await openAtVendor(kind, of: job, request) }
        let result = await kept.find(kind, of: job)
        if let result, let stream = await kept.open(result, request) { return stream }
        do throws(Fault) {
            return try await openAtVendor(kind, of: job, request)
        } catch {
            if error.kind == .unsupported || error.kind == .misconfigured, let made = try await thumbnails?.make(kind, of: job),
                let stream = await kept.open(made, request)
            {
                return stream
            }
            throw result.map { KeptResults.fault(error, after: $0) } ?? error
        }
    }

    /// A URL of the store with which the client fetches the asset itself; nil if it must be relayed.
    /// - Parameter disposition: the value of `content-disposition` for a media type.
    func redirectTarget(for kind: Asset.Kind, of job: OpenedJob, disposition: (MediaType) -> String) async -> String? {
        guard let kept, kept.settings.redirects, let result = await kept.find(kind, of: job),
            let type = result.type.flatMap({ MediaType(field: $0) })
        else { return nil }
        return kept.redirectTarget(for: result, disposition: disposition(type))
    }

    /// Opens one asset of a job at its vendor. If the vendor refuses its link, a new link is requested, once.
    func openAtVendor(_ kind: Asset.Kind, of job: OpenedJob, _ request: ContentRequest) async throws(Fault) -> ContentStream {
        let account = try lookup.account(of: job.claims)
        var snapshot = try await status.refreshStatus(of: job)
        var asset = try ContentOpener.asset(kind, in: snapshot)
        if case .kept = asset.place {
            snapshot = try await status.refreshStatus(of: job, .immediately)
            asset = try ContentOpener.asset(kind, in: snapshot)
        }
        if let vendor = account.vendor.simulation { return try await renderSimulatedVideo(job, by: vendor, request) }
        var source = ContentSource(asset: asset, account: account, key: ContentSource.key(kind, of: job), now: clock())
        source.keptUntil = keptUntil(job, snapshot, account: account)
        do {
            return try await sources.open(source, request)
        } catch {
            guard error.mayHaveFreshLink else { throw error }
            source.asset = try ContentOpener.asset(kind, in: try await status.refreshStatus(of: job, .immediately))
            return try await sources.open(source, request)
        }
    }

    /// Until when the vendor keeps the result; nil if it does not say.
    private func keptUntil(_ job: OpenedJob, _ snapshot: JobStatusCache.StatusSnapshot, account: Account) -> Timestamp? {
        guard let ttl = account.card.resultTTL else { return nil }
        let seen = min(snapshot.ended ?? clock(), job.claims.created + jobTimeout)
        return (metadata[job.id]?.ended ?? seen) + ttl
    }

    private static func asset(_ kind: Asset.Kind, in snapshot: JobStatusCache.StatusSnapshot) throws(Fault) -> Asset {
        switch snapshot.progress {
        case .done(let assets):
            if let asset = assets.first(where: { $0.kind == kind }) { return asset }
            guard kind != .video else { throw Fault(.vendorNonsense, "The job has ended without a clip.", detail: "done, no video asset") }
            let kinds = assets.map(\.kind.rawValue).joined(separator: ", ")
            throw Fault(.unsupported, "This job has no \(kind.rawValue); it has: \(kinds).", param: "variant", code: "unsupported_variant")
        case .failed(let fault):
            throw Fault(.jobFailed, "The job failed and has no content: \(fault.message)", code: fault.code ?? fault.kind.rawValue)
        case .queued, .running, .unknown:
            throw Fault(.notReady, "The video is not ready yet: the job is still in progress.", code: "video_not_ready")
        }
    }

    /// Renders a simulated video while it is sent. It is measured in steps, so that the loop can serve other requests in between.
    private func renderSimulatedVideo(
        _ job: OpenedJob, by vendor: any SimulatedVendor, _ request: ContentRequest
    ) async throws(Fault) -> ContentStream {
        let measure = try vendor.measureClip(for: job.claims.ticket, model: job.claims.requestedModel, now: clock())
        var measured: SimulatedClip?
        while measured == nil {
            measured = measure()
            await Task.yield()
        }
        guard let clip = measured else { throw Fault(.internalError, "The simulated video could not be measured.") }
        var headers = Headers()
        headers.set(.contentType, MediaType.mp4.text)
        headers.set(.etag, "\"" + clip.fingerprint + "\"")
        // Only the part that is sent is rendered.
        var start = 0
        if case .part(let range) = RangeSelection.requested(
            request.headers, count: clip.byteCount, tag: EntityTag(field: headers[.etag] ?? ""))
        {
            start = range.lowerBound
        }
        let next = clip.makeReader(start..<clip.byteCount)
        return ContentStream(status: 200, headers: headers, length: Int64(clip.byteCount)) { next() }.conditionalResponse(
            to: request.headers, from: start)
    }
}

import Configuration
import JobState
import Jobs
import Journal
import Storage
import Telemetry
import Upstream
import Wire

/// Finds and opens the results that this server keeps.
final class KeptResults {
    let settings: Configuration.Results
    let store: any ResultStore
    private let journal: Journal
    private let activity: ResultActivity
    private let metadata: JobMetadataCache
    private let telemetry: Telemetry
    private let clock: () -> Timestamp
    private let linkLifetime: Duration

    /// Nil if no results are kept.
    init?(_ dependencies: Dependencies) {
        guard let settings = dependencies.config.results, let journal = dependencies.shared.journal else { return nil }
        self.settings = settings
        self.journal = journal
        store = settings.makeStore(dependencies)
        activity = dependencies.shared.results
        metadata = dependencies.shared.jobMetadata
        telemetry = dependencies.shared.telemetry
        clock = dependencies.clock
        linkLifetime = dependencies.config.limits.resultLinkTTL
    }

    /// The row of a result; nil if it was never to be kept, or the journal cannot be read: the vendor may have it.
    func find(_ kind: Asset.Kind, of job: OpenedJob) async -> KeptResult? {
        (try? await journal.results(of: job.id))?.first { $0.kind == kind.rawValue }
    }

    /// The response to a request for a kept result; nil if the store does not have its bytes, or cannot be read.
    func open(_ result: KeptResult, _ request: ContentRequest) async -> ContentStream? {
        guard result.state == .kept, let length = result.length, let count = Int(exactly: length) else { return nil }
        let headers = KeptResults.headers(of: result)
        let tag = headers[.etag].flatMap { EntityTag(field: $0) }
        var range: Range<Int64> = 0..<length
        switch RangeSelection.requested(request.headers, count: count, tag: tag) {
        case .whole: break
        case .part(let part): range = Int64(part.lowerBound)..<Int64(part.upperBound)
        case .unsatisfiable: range = 0..<0
        }
        let isUnmodified = Preconditions.verdict(on: request.headers, tag: tag, lastModified: nil) != .proceed
        do throws(Fault) {
            if request.isHead || isUnmodified || range.isEmpty {
                guard try await store.contains(result.key, length: length) else { return await reportLoss(of: result) }
                return ContentStream(status: 200, headers: headers, length: length) { nil }.conditionalResponse(to: request.headers)
            }
            guard let reader = try await store.open(result.key, range, of: length) else { return await reportLoss(of: result) }
            activity.update { $0.served += 1 }
            return ContentStream(status: 200, headers: headers, length: length, end: { reader.close() }) {
                try await reader.next()
            }.conditionalResponse(to: request.headers, from: Int(range.lowerBound))
        } catch {
            telemetry.log(
                .error, "a kept result cannot be read", fields: ["job": result.id, "detail": error.detail ?? error.message])
            return nil
        }
    }

    private static func headers(of result: KeptResult) -> Headers {
        var headers = Headers()
        headers.set(.contentType, result.type ?? MediaType.bytes.text)
        headers.set(.acceptRanges, "bytes")
        if let tag = result.tag { headers.set(.etag, tag) }
        return headers
    }

    /// The bytes are gone, without this server: the vendor is asked for them, and later requests no longer look here.
    private func reportLoss(of result: KeptResult) async -> ContentStream? {
        telemetry.log(.error, "a kept result is missing in the store", fields: ["job": result.id, "kind": result.kind])
        try? await journal.recordLost(result, at: clock())
        metadata.update(result.id) { $0.keptUntil = nil }
        return nil
    }

    /// A URL of the store with which a client fetches the result itself; nil if it must be relayed.
    func redirectTarget(for result: KeptResult, disposition: String) -> String? {
        guard settings.redirects, result.state == .kept, let type = result.type else { return nil }
        return store.link(
            to: result.key, ResultLink(type: type, disposition: disposition, lifetime: linkLifetime, now: clock()))
    }

    /// Remembers until when the video of a done job is kept, for the answers about it.
    func loadExpiry(of job: OpenedJob, _ snapshot: JobStatusCache.StatusSnapshot) async {
        guard case .done = snapshot.progress, let known = metadata[job.id], known.keptUntil == nil,
            let video = await find(.video, of: job), video.state == .kept
        else { return }
        metadata.update(job.id) { $0.keptUntil = video.expires }
    }

    /// Until when the videos of done jobs in a list are kept.
    func expiries(of records: [JobRecord]) async -> [String: Timestamp] {
        let ids = records.filter { $0.state == .done }.map(\.id)
        return ids.isEmpty ? [:] : (try? await journal.videoExpiries(of: ids)) ?? [:]
    }

    /// The state of a job whose results are kept, without a call to its vendor; nil if none is, or nothing says that the job has ended.
    func snapshot(of job: OpenedJob, now: Instant) async -> JobStatusCache.StatusSnapshot? {
        guard let known = metadata[job.id], known.fault == nil, known.ended != nil || known.keptUntil != nil,
            let kept = try? await journal.results(of: job.id).filter({ $0.state == .kept }), let first = kept.first
        else { return nil }
        let assets = kept.compactMap { result in
            Asset.Kind(rawValue: result.kind).map { Asset($0, .kept, type: result.type.flatMap { MediaType(field: $0) }) }
        }
        return JobStatusCache.StatusSnapshot(progress: .done(assets), percent: 100, learnt: now, ended: known.ended ?? first.ended)
    }

    /// The fault of a vendor that does not deliver what this server kept once: it says when that was evicted.
    static func fault(_ fault: Fault, after result: KeptResult) -> Fault {
        guard result.state == .evicted, let closed = result.closed else { return fault }
        let date = closed.iso8601.prefix(10)
        if [.gone, .misconfigured, .notFound, .modelUnavailable].contains(fault.kind) {
            return Fault(
                .gone, "This router kept the result until \(date) and then evicted it; its vendor no longer delivers it.",
                code: "expired", detail: fault.detail)
        }
        var fault = fault
        fault.message += " This router kept a copy until \(date)."
        return fault
    }
}

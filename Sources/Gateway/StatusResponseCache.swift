import Access
import JobState
import Jobs
import Net
import Seal
import Server
import Telemetry
import Upstream
import Wire

/// Caches the answers to status requests of one loop. Clients poll, and until a vendor is asked again, nothing new is known of a job.
final class StatusResponseCache {
    /// An answer, with everything it depends on except the request's id.
    private struct Entry {
        let response: Response
        let owner: Owner
        let log: RequestContext.LogFields
        /// The links in the answer begin with it.
        let origin: RequestOrigin
        let revision: RevisionCounters.Revision
        let validUntil: Instant
    }

    /// What the client called this router.
    private struct RequestOrigin: Equatable {
        let authority: String
        let scheme: String?
        let isTLS: Bool

        init(_ head: RequestHead) {
            authority = head.authority
            scheme = head.headers["x-forwarded-proto"]
            isTLS = head.isTLS
        }
    }

    private let config: RuntimeConfig
    private let revisions: RevisionCounters
    private var entries: TwoGenerationCache<String, Entry>

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        revisions = dependencies.shared.revisions
        entries = TwoGenerationCache(capacity: config.limits.statusCacheEntries)
    }

    /// The answer to the same request, and what the log says of it, if nothing new is known of its job. The caller must authenticate
    /// again.
    func response(to head: RequestHead, at now: Instant) -> (response: Response, log: RequestContext.LogFields)? {
        guard head.method == .get, head.bodyLength == 0, let entry = entries[head.path], now < entry.validUntil,
            revisions.isCurrent(entry.revision), entry.origin == RequestOrigin(head), head.query.isEmpty,
            let caller = try? config.authenticator.caller(of: head), caller.owner == entry.owner
        else { return nil }
        return (entry.response, entry.log)
    }

    /// - Parameter revision: the job's, from before anything was looked up for the answer.
    func store(
        _ response: Response, about job: OpenedJob, status snapshot: JobStatusCache.StatusSnapshot,
        revision: RevisionCounters.Revision, in context: RequestContext
    ) {
        let head = context.head
        var validUntil = context.start + config.limits.statusCacheTTL
        if !snapshot.progress.isFinal {
            validUntil = min(validUntil, snapshot.learnt + (config.accounts[job.claims.account]?.card.pollInterval ?? .zero))
        }
        guard context.start < validUntil, revisions.isCurrent(revision), head.method == .get, head.bodyLength == 0, head.query.isEmpty
        else { return }
        entries.store(
            head.path,
            Entry(
                response: response, owner: job.owner, log: context.log, origin: RequestOrigin(head), revision: revision,
                validUntil: validUntil))
    }
}

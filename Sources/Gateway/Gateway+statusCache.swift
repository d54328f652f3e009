import Access
import JobState
import Jobs
import Net
import Routing
import Seal
import Server
import Telemetry
import Upstream
import Wire

/// An answer about a job, with all that it depends on but the request's id. Clients ask for a job over and over, and nothing new can be
/// known of it while its vendor is not to be asked again.
struct CachedStatusResponse {
    let response: Response
    let owner: Owner
    let dialect: String?
    let route: String?
    let account: String?
    let job: AccessLogEntry.Job?
    /// How its client called this router, which stands in the links.
    fileprivate let origin: RequestOrigin
    fileprivate let revision: RevisionCounters.Revision
    fileprivate let validUntil: Instant

    fileprivate struct RequestOrigin: Equatable {
        let authority: String
        let scheme: String?
        let isTLS: Bool

        init(_ head: RequestHead) {
            authority = head.authority
            scheme = head.headers["x-forwarded-proto"]
            isTLS = head.isTLS
        }
    }
}

extension Gateway {
    /// What was answered to the same request, if nothing has become known of its job since. Its caller must show its key again.
    func cachedResponse(for context: RequestContext) -> Response? {
        let head = context.head
        guard head.method == .get, head.bodyLength == 0, let cached = statusResponses[head.path], context.start < cached.validUntil,
            shared.revisions.isCurrent(cached.revision), cached.origin == CachedStatusResponse.RequestOrigin(head), head.query.isEmpty,
            let caller = try? config.authenticator.caller(of: head), caller.owner == cached.owner
        else { return nil }
        if let dialect = cached.dialect, let route = cached.route { context.note(dialect: dialect, route: route) }
        context.owner = cached.owner.name
        context.account = cached.account
        context.job = cached.job
        return cached.response
    }

    /// Keeps the answer for the next time.
    /// - Parameter revision: the job's, before anything was looked up for the answer.
    func storeResponse(
        _ response: Response, about claims: Claims, status snapshot: JobStatusCache.StatusSnapshot, in context: RequestContext,
        of owner: Owner, revision: RevisionCounters.Revision
    ) {
        let head = context.head
        var validUntil = context.start + config.limits.statusCacheTTL
        if !snapshot.progress.isFinal {
            validUntil = min(validUntil, snapshot.learnt + (config.accounts[claims.account]?.card.pollInterval ?? .zero))
        }
        guard context.start < validUntil, shared.revisions.isCurrent(revision), head.method == .get, head.bodyLength == 0,
            head.query.isEmpty
        else {
            return
        }
        let cached = CachedStatusResponse(
            response: response, owner: owner, dialect: context.dialect, route: context.route, account: context.account, job: context.job,
            origin: CachedStatusResponse.RequestOrigin(head),
            revision: revision, validUntil: validUntil)
        self.statusResponses.store(head.path, cached)
    }
}

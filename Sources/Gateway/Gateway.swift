import Access
import Client
import Crypto
import Dialects
import JobState
import Jobs
import Net
import Routing
import Seal
import Server
import Storage
import Telemetry
import Upstream
import Wire

/// Where the two halves meet: one request goes through here from top to bottom and back. One gateway a loop; what loops share is the
/// house's.
///
/// The order: route, authenticate, read, plan, check, start, seal, render.
package final class Gateway: Handler {
    package let shared: SharedState
    package let upstream: Upstream
    /// The time of day: what people and vendors read, and what is stored.
    package let clock: () -> Timestamp
    /// For every interval inside the process: it does not move when someone sets the wall clock.
    let monotonic: () -> Instant
    /// The studio in force when this gateway was made; another studio comes with gateways of its own.
    package let config: RuntimeConfig
    var statusResponses: TwoGenerationCache<CachedStatusResponse>

    package init(
        shared: SharedState, client: Client, clock: @escaping () -> Timestamp, monotonic: @escaping () -> Instant = { .now }
    ) {
        self.shared = shared
        self.clock = clock
        self.monotonic = monotonic
        config = shared.config
        statusResponses = TwoGenerationCache(capacity: config.limits.statusCacheEntries)
        upstream = Upstream(
            client: client, signer: shared.signer, limits: config.limits, random: config.random, egress: config.egress,
            telemetry: shared.telemetry, clock: clock)
    }

    package func handle(_ exchange: any Exchange) async {
        let context = RequestContext(
            exchange, began: clock(), start: monotonic(), random: config.random, limits: config.limits, cors: config.cors)
        if let cached = cachedResponse(for: context) {
            await context.answer(cached)
        } else if context.head.method == .options {
            await answerOptions(context)
        } else if !(await serveBuiltInRoute(context)) {
            await serve(context)
        }
        shared.telemetry.record(context.accessLogEntry(now: monotonic()))
    }

    private func serveBuiltInRoute(_ context: RequestContext) async -> Bool {
        guard let own = builtInRoute(context.head) else { return false }
        await own(context)
        return true
    }

    private func serve(_ context: RequestContext) async {
        let head = context.head
        switch config.routeTable.find(head.method, head.path) {
        case .nothing(let dialect):
            if let path = RequestPath.corrected(head.path) {
                context.reroute(to: path)
                if await serveBuiltInRoute(context) { return }
                return await serve(context)
            }
            await context.refuse(
                Fault(.notFound, "There is nothing at \(head.method) \(head.path.prefix(200)).\(RequestPath.hint(head.path))"), in: dialect)
        case .wrongMethod(let dialect, let allowed):
            let names = allowed.map(\.text).joined(separator: ", ")
            await context.refuse(
                Fault(.methodNotAllowed, "\(head.method) is not allowed here; allowed: \(names)."), in: dialect, allow: names)
        case .entries(let entries, let captures):
            await serve(context, entries, captures: captures)
        }
    }

    private func serve(_ context: RequestContext, _ entries: [RouteTable.Entry], captures: [String: String]) async {
        let now = context.began
        var entry = entries[0]
        do throws(Fault) {
            context.note(dialect: entry.dialect.name, route: entry.route.pattern)
            let caller = entry.route.isPublic ? Caller.local : try caller(of: context.head)
            context.owner = caller.owner.name
            // Where several dialects share a path, a job is answered in the one in which it was created.
            if entries.count > 1, let id = captures["id"], let claims = config.claims(of: id, for: caller.owner),
                let own = entries.first(where: { $0.dialect.name == claims.dialect })
            {
                entry = own
                context.note(dialect: entry.dialect.name, route: entry.route.pattern)
            }
            if let error = context.head.queryError {
                throw Fault(
                    .malformed, "'\(error.name)' in the query of the URL is not UTF-8 text (byte \(error.offset) of the query).",
                    param: error.name, code: "invalid_query")
            }
            let request = try await context.readRequest(config.limits)
            let command = try entry.dialect.read(request, at: Route.Match(action: entry.route.action, captures: captures))
            try await execute(
                command, for: request, in: context, dialect: withAbsoluteLinks(entry.dialect, for: context.head), caller: caller, now: now)
        } catch {
            await context.refuse(error, in: entry.dialect)
        }
    }

    /// The dialect with the client's own words for this router in its links, where no others are configured.
    private func withAbsoluteLinks(_ dialect: any Dialect, for head: RequestHead) -> any Dialect {
        let origin = config.publicURL ?? Origin.requested(by: head) ?? Origin.fallback
        return AbsoluteLinks(dialect: dialect, origin: origin)
    }

    private func caller(of head: RequestHead) throws(Fault) -> Caller {
        try config.authenticator.caller(of: head)
    }

    private func execute(
        _ command: Command, for request: Request, in context: RequestContext, dialect: any Dialect, caller: Caller, now: Timestamp
    ) async throws(Fault) {
        switch command {
        case .create(let createCommand):
            try await createAndAnswer(createCommand, request, context: context, dialect: dialect, caller: caller, now: now)
        case .status(let id):
            let timeout = try requestedWait(of: request)
            let revision = shared.revisions.revision(of: id)
            let claims = try await openJob(id, for: caller.owner)
            context.note(job: id, claims, cost: claims.cost)
            let snapshot = try await longPollStatus(of: id, claims, for: caller, timeout: timeout, context.exchange, now: now)
            await probeClip(of: id, claims, snapshot)
            let view = view(of: id, claims, snapshot, for: caller.owner, now: now)
            context.note(job: id, claims, cost: view.cost)
            if let life = dialect.jobTTL, let ended = view.completed, now - ended > life { throw Gateway.noSuchJob }
            let response = dialect.render(.status(view)).withCost(of: view)
            storeResponse(response, about: claims, status: snapshot, in: context, of: caller.owner, revision: revision)
            await context.answer(response)
        case .content(let id, let kind):
            let claims = try await openJob(id, for: caller.owner)
            context.note(job: id, claims, cost: shared.jobMetadata[id]?.cost ?? claims.cost)
            try await streamContent(kind, of: id, claims, to: context, now: now)
        case .models(let query):
            await context.answer(
                config.modelLists.response(query, in: dialect.name, isWhole: caller.models == nil) {
                    dialect.render(.models(models(query, for: caller), query))
                })
        case .model(let name):
            await context.answer(dialect.render(.model(try model(name, for: caller))))
        case .cancel(let id):
            context.note(job: id, try await openJob(id, for: caller.owner), cost: nil)
            let view = try await cancel(id, for: caller, now: now)
            context.job?.cost = view.cost?.dollars
            await context.answer(dialect.render(.cancelled(view)).withCost(of: view))
        case .account(let word):
            await context.answer(dialect.render(.account(try await balance(of: caller, now: now), word: word)))
        case .upload:
            guard let uploads = shared.uploads else {
                throw Fault(
                    .notImplemented, "This router keeps no uploads; pass the file inside the request, or as a public URL.",
                    code: "no_uploads")
            }
            try shared.uploadRates.take(for: caller, now: monotonic())
            let place = uploads.makeUpload(for: caller.owner, isShared: !config.authenticator.isKeyless, random: config.random, now: now)
            await context.answer(dialect.render(.upload(place)))
        case .list(let page):
            let (views, hasMore) = try await list(page, for: caller, now: now)
            await context.answer(dialect.render(.list(views, hasMore: hasMore)))
        case .delete(let id):
            context.note(job: id, try await openJob(id, for: caller.owner), cost: nil)
            let view = try await delete(id, for: caller, now: now)
            context.job?.cost = view.cost?.dollars
            await context.answer(dialect.render(.deleted(view)).withCost(of: view))
        case .fixed(let response):
            await context.answer(response)
        }
    }
}

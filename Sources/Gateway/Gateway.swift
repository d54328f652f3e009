import Access
import Client
import Dialects
import JobState
import Jobs
import Net
import Routing
import Seal
import Server
import Telemetry
import Watching
import Wire

/// Serves the requests of one event loop: finds the route, authenticates the caller, reads the command, and passes it to its use case.
///
/// The use cases are made here, each with those that it needs. None of them knows the gateway.
package final class Gateway: Handler {
    private let dependencies: Dependencies
    private let builtInRoutes: BuiltInRoutes
    private let rejections: RejectionResponder
    private let statusResponses: StatusResponseCache
    private let lostJobs: LostJobReconciler
    private let recorder: RequestRecorder
    let useCases: UseCases

    private var config: RuntimeConfig { dependencies.config }

    /// - Parameters:
    ///   - shared: what the gateways of all loops share. A gateway keeps the configuration that is in force when it is made.
    ///   - clock: the wall clock.
    ///   - monotonic: the clock for intervals.
    package init(
        shared: SharedState, client: Client, clock: @escaping () -> Timestamp, monotonic: @escaping () -> Instant = { .now }
    ) {
        dependencies = Dependencies(shared: shared, client: client, clock: clock, monotonic: monotonic)
        recorder = RequestRecorder(shared.telemetry, monotonic: monotonic)
        useCases = UseCases(dependencies)
        builtInRoutes = BuiltInRoutes(
            dependencies, lookup: useCases.lookup, streamer: useCases.streamer, uploads: useCases.uploads)
        rejections = RejectionResponder(dependencies)
        statusResponses = StatusResponseCache(dependencies)
        lostJobs = LostJobReconciler(dependencies, lookup: useCases.lookup, paidCalls: useCases.paidCalls)
    }

    /// Answers health checks, and status requests to which the cache has the answer.
    package func respondImmediately(to exchange: any Exchange) -> Bool {
        let head = exchange.head
        guard head.isFetch else { return false }
        let start = dependencies.monotonic()
        if let response = builtInRoutes.immediateResponse(to: head) {
            let context = makeContext(exchange, start: start)
            context.note(dialect: nil, route: head.path)
            context.answerImmediately(response, recorder: recorder)
            return true
        }
        guard let cached = statusResponses.response(to: head, at: start) else { return false }
        let context = makeContext(exchange, start: start)
        context.log = cached.log
        context.answerImmediately(cached.response, recorder: recorder)
        return true
    }

    /// Serves what `respondImmediately` does not.
    package func handle(_ exchange: any Exchange) async {
        let context = makeContext(exchange, start: dependencies.monotonic())
        if context.head.method == .options {
            await builtInRoutes.answerOptions(context)
        } else if !(await builtInRoutes.serve(context)) {
            await serveDialect(context)
        }
        recorder.record(context)
    }

    private func makeContext(_ exchange: any Exchange, start: Instant) -> RequestContext {
        RequestContext(exchange, now: dependencies.clock(), start: start, config: config)
    }

    package func rejectionResponse(for rejected: RejectedRequest) -> Response { rejections.response(for: rejected) }

    package func report(_ rejection: ConnectionRejection) { rejections.report(rejection) }

    /// Looks for lost jobs until the program shuts down. One gateway of a process runs this.
    /// - Parameter current: the gateway with the configuration that is in force; nil for this one.
    package func reconcileAmbiguousJobs(current: (() -> Gateway?)? = nil) async {
        await lostJobs.run { current?()?.lostJobs ?? self.lostJobs }
    }

    /// Polls a watched job as its owner's status request would, which may pay again.
    package func poll(_ job: WatchedJob) async -> WatchResult { await useCases.poll(job) }

    /// Keeps the results of done jobs until the program shuts down. One loop of a process runs this.
    /// - Parameter current: the gateway with the configuration that is in force.
    package static func keepResults(isClosing: () -> Bool, current: () -> Gateway?) async {
        guard let loop = Loop.current else { return }
        while !isClosing() {
            let keeper = current()?.useCases.resultKeeper
            await keeper?.work()
            await loop.sleep(for: keeper == nil ? idleResultTick : resultTick)
        }
    }

    private static let resultTick: Duration = .milliseconds(250)
    /// Until a reload turns results on.
    private static let idleResultTick: Duration = .seconds(5)

    private func serveDialect(_ context: RequestContext) async {
        let head = context.head
        switch config.routeTable.find(head.method, head.path) {
        case .nothing(let dialect):
            if let path = RequestPath.corrected(head.path) {
                context.reroute(to: path)
                if await builtInRoutes.serve(context) { return }
                return await serveDialect(context)
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

    private func serve(_ context: RequestContext, _ entries: [RouteTable.Entry], captures: Route.Captures) async {
        do throws(Fault) {
            context.route(to: entries[0].dialect, pattern: entries[0].route.pattern)
            let isPublic = entries[0].route.isPublic
            context.authenticate(as: isPublic ? .local : try config.authenticator.caller(of: context.head))
            let entry = entry(for: context, among: entries, captures: captures)
            if let error = context.head.queryError {
                throw Fault(
                    .malformed, "'\(error.name)' in the query of the URL is not UTF-8 text (byte \(error.offset) of the query).",
                    param: error.name, code: "invalid_query")
            }
            let request = try await context.readRequest()
            let command = try entry.dialect.read(request, at: Route.Match(action: entry.route.action, captures: captures))
            try await execute(command, for: request, context)
        } catch {
            await context.refuse(error)
        }
    }

    /// The entry of the request. If several dialects share a path, a job is answered in the dialect in which it was created.
    private func entry(
        for context: RequestContext, among entries: [RouteTable.Entry], captures: Route.Captures
    ) -> RouteTable.Entry {
        guard entries.count > 1, let id = captures["id"], let claims = config.claims(of: id, for: context.caller.owner),
            let own = entries.first(where: { $0.dialect.name == claims.dialect })
        else { return entries[0] }
        context.route(to: own.dialect, pattern: own.route.pattern)
        return own
    }

    private func execute(_ command: Command, for request: Request, _ context: RequestContext) async throws(Fault) {
        switch command {
        case .create(let create): try await useCases.create(create, from: request, context)
        case .status(let id): try await useCases.status(of: id, request, context, responses: statusResponses)
        case .content(let id, let kind): try await useCases.content(kind, of: id, context)
        case .list(let page): try await useCases.list(page, context)
        case .delete(let id): try await useCases.delete(id, context)
        case .cancel(let id): try await useCases.cancel(id, context)
        case .models(let query): await useCases.models(query, context)
        case .model(let name): try await useCases.model(name, context)
        case .account(let word): try await useCases.account(word, context)
        case .upload: try await useCases.upload(context)
        case .fixed(let response): await context.answer(response)
        }
    }
}

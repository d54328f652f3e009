import Access
import Dialects
import JobState
import Jobs
import Seal
import Server
import Storage
import Wire

/// Routes that belong to no dialect.
enum BuiltInRoute {
    /// Load balancers request the root to check that a server is there.
    case root
    case health
    case readiness
    case openAPI
    case metrics
    case signedLink
    case upload

    private static func exact(_ path: String) -> BuiltInRoute? {
        switch path {
        case "/": .root
        case "/healthz": .health
        case "/readyz": .readiness
        case "/openapi.json": .openAPI
        case "/metrics": .metrics
        default: nil
        }
    }

    /// - Parameter hasAdministration: whether the administration has addresses of its own; then `/metrics` is only there.
    init?(_ method: Method, _ path: String, hasAdministration: Bool) {
        switch method {
        case .get, .head:
            if let route = BuiltInRoute.exact(path) {
                if route == .metrics, hasAdministration { return nil }
                self = route
            } else if path.hasPrefix(SignedLinks.path) {
                self = .signedLink
            } else {
                return nil
            }
        case .put, .post, .delete:
            guard path.hasPrefix(UploadTokens.path) else { return nil }
            self = .upload
        default: return nil
        }
    }

    /// The methods of a path; nil if no such route has it.
    static func allowedMethods(at path: String) -> [Method]? {
        if path == "*" { return [.get, .head, .post, .put, .delete, .options] }
        if path.hasPrefix(UploadTokens.path) { return [.put, .post, .delete, .options] }
        if exact(path) != nil || path.hasPrefix(SignedLinks.path) { return [.get, .head, .options] }
        return nil
    }
}

/// Serves the routes that belong to no dialect, and OPTIONS requests.
final class BuiltInRoutes {
    private let config: RuntimeConfig
    private let shared: SharedState
    private let lookup: JobLookup
    private let streamer: ContentStreamer
    private let uploads: UploadReceiver

    init(_ dependencies: Dependencies, lookup: JobLookup, streamer: ContentStreamer, uploads: UploadReceiver) {
        self.lookup = lookup
        self.streamer = streamer
        self.uploads = uploads
        config = dependencies.config
        shared = dependencies.shared
    }

    /// - Returns: false if the request has none of these routes.
    func serve(_ context: RequestContext) async -> Bool {
        let head = context.head
        guard let route = BuiltInRoute(head.method, head.path, hasAdministration: config.hasAdministration) else { return false }
        if let response = immediateResponse(of: route, to: head) {
            context.note(dialect: nil, route: head.path)
            await context.answer(response)
            return true
        }
        switch route {
        case .root, .health, .readiness, .openAPI: return false  // They have an immediate response.
        case .metrics: await answerMetrics(context)
        case .signedLink: await answerSignedLink(context)
        case .upload: await uploads.receiveUpload(context)
        }
        return true
    }

    /// The response to a request for which nothing must be waited for; nil for all others.
    func immediateResponse(to head: RequestHead) -> Response? {
        guard let route = BuiltInRoute(head.method, head.path, hasAdministration: config.hasAdministration) else { return nil }
        return immediateResponse(of: route, to: head)
    }

    private func immediateResponse(of route: BuiltInRoute, to head: RequestHead) -> Response? {
        switch route {
        case .root: BuiltInRoutes.root
        case .health: BuiltInRoutes.healthy
        case .readiness: readiness(for: head)
        case .openAPI: config.openAPIResponse(for: head.headers)
        case .metrics, .signedLink, .upload: nil
        }
    }

    private static let root = Response(json: ["service": "genlock", "documentation": "/openapi.json"])
    private static let healthy = Response(json: ["status": "ok"])

    /// Only an administrator's key gets the details.
    private func readiness(for head: RequestHead) -> Response {
        guard !config.hasAdministration, !config.authenticator.isKeyless, Authenticator.key(in: head.headers) != nil,
            let caller = try? config.authenticator.caller(of: head), caller.isAdmin
        else { return shared.readiness() }
        return shared.detailedReadiness()
    }

    private func answerMetrics(_ context: RequestContext) async {
        context.note(dialect: nil, route: context.head.path)
        do throws(Fault) {
            let caller = try config.authenticator.caller(of: context.head)
            context.authenticate(as: caller)
            guard caller.isAdmin else {
                throw Fault(
                    .forbidden, "Metrics are for administrators: this API key has no 'admin: true' in the configuration.",
                    code: "admin_required")
            }
            await context.answer(shared.renderMetrics())
        } catch {
            await context.refuse(error)
        }
    }

    /// The signature in the link authenticates the client.
    private func answerSignedLink(_ context: RequestContext) async {
        let head = context.head
        context.note(dialect: "-", route: SignedLinks.path + "{file}")
        do throws(Fault) {
            let file = Percent.decoded(head.path.dropFirst(SignedLinks.path.count))
            guard let (id, owner, expiry) = config.links.open(file: file, query: head.query, now: context.now),
                config.authenticator.knows(owner)
            else {
                throw Fault(.notFound, "The link is not valid or has expired. Ask for the job again to get a fresh one.")
            }
            context.log.owner = owner.name
            let job = try await lookup.open(id, for: owner)
            context.note(job, cost: shared.jobMetadata[id]?.cost ?? job.claims.cost)
            try await streamer.stream(.video, of: job, to: context, linkExpiry: expiry)
        } catch {
            await context.refuse(error)
        }
    }

    /// Answers OPTIONS: a preflight of a web page, or a question about the methods of a path. Browsers send preflights without a key.
    func answerOptions(_ context: RequestContext) async {
        let head = context.head
        context.note(dialect: "-", route: "OPTIONS")
        let dialect = config.routeTable.dialect(for: head.path)
        if CORS.isPreflight(head.headers), let origin = head.headers[.origin] {
            guard config.cors.allows(origin, at: head.path) else {
                return await context.refuse(Authenticator.foreignOrigin(origin), in: dialect)
            }
            return await context.answer(CORS.preflight(head.headers))
        }
        guard let methods = allowedMethods(at: head.path) else {
            return await context.refuse(Fault(.notFound, "There is nothing at OPTIONS \(head.path.prefix(200))."), in: dialect)
        }
        var response = Response(status: 204)
        response.headers.set("allow", methods.map(\.text).joined(separator: ", "))
        await context.answer(response)
    }

    /// Nil if no route has this path.
    private func allowedMethods(at path: String) -> [Method]? {
        if let methods = BuiltInRoute.allowedMethods(at: path) { return methods }
        guard case .wrongMethod(_, let allowed) = config.routeTable.find(.options, path) else { return nil }
        return allowed.flatMap { $0 == .get ? [.get, .head] : [$0] } + [.options]
    }
}

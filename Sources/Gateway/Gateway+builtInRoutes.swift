import Access
import Dialects
import JobState
import Jobs
import Net
import Routing
import Seal
import Server
import Storage
import Synchronization
import Telemetry
import Wire

extension Gateway {
    typealias BuiltInHandler = (RequestContext) async -> Void

    /// Routes that belong to no dialect: health, metrics, signed files.
    func builtInRoute(_ head: RequestHead) -> BuiltInHandler? {
        guard let route = builtInHandler(head), Gateway.builtInPaths.contains(head.path) else { return builtInHandler(head) }
        return { context in
            context.note(dialect: nil, route: context.head.path)
            await route(context)
        }
    }

    private static let builtInPaths: Set<String> = ["/", "/healthz", "/readyz", "/openapi.json", "/metrics"]

    private func builtInHandler(_ head: RequestHead) -> BuiltInHandler? {
        if [.put, .post, .delete].contains(head.method), head.path.hasPrefix(UploadTokens.path) {
            return { context in await self.receiveUpload(context) }
        }
        guard head.method == .get || head.method == .head else { return nil }
        switch head.path {
        // Load balancers ask for the root to learn whether a server is there.
        case "/": return { context in await context.answer(Response(json: ["service": "genlock", "documentation": "/openapi.json"])) }
        case "/healthz": return { context in await context.answer(Response(json: ["status": "ok"])) }
        case "/readyz": return { context in await context.answer(self.readiness(for: context.head)) }
        case "/openapi.json": return { context in await context.answer(self.config.openAPIResponse(for: context.head.headers)) }
        case "/metrics":
            // Where the administration has an address of its own, nothing of it is here.
            guard !config.hasAdministration else { return nil }
            return { context in await self.answerMetrics(context) }
        default:
            guard head.path.hasPrefix(SignedLinks.path) else { return nil }
            return { context in await self.answerSignedLink(context) }
        }
    }

    /// With its detail only for a key that is an administrator's.
    private func readiness(for head: RequestHead) -> Response {
        guard !config.hasAdministration, !config.authenticator.isKeyless, Authenticator.key(in: head.headers) != nil,
            let caller = try? config.authenticator.caller(of: head), caller.isAdmin
        else { return shared.readiness() }
        return shared.detailedReadiness()
    }

    private func answerMetrics(_ context: RequestContext) async {
        do throws(Fault) {
            let caller = try config.authenticator.caller(of: context.head)
            context.owner = caller.owner.name
            guard caller.isAdmin else {
                throw Fault(
                    .forbidden, "Metrics are for administrators: this API key has no 'admin: true' in the configuration.",
                    code: "admin_required")
            }
            await context.answer(shared.renderMetrics())
        } catch {
            await context.refuse(error, in: config.routeTable.dialect(for: "/"))
        }
    }

    /// A signed link: the signature stands for the key.
    private func answerSignedLink(_ context: RequestContext) async {
        let head = context.head
        let dialect = config.routeTable.dialect(for: "/")
        context.note(dialect: "-", route: SignedLinks.path + "{file}")
        do throws(Fault) {
            let file = Percent.decoded(head.path.dropFirst(SignedLinks.path.count))
            guard let (id, owner, until) = config.links.open(file: file, query: head.query, now: context.began),
                config.authenticator.knows(owner)
            else {
                throw Fault(.notFound, "The link is not valid or has expired. Ask for the job again to get a fresh one.")
            }
            context.owner = owner.name
            let claims = try await openJob(id, for: owner)
            context.note(job: id, claims, cost: shared.jobMetadata[id]?.cost ?? claims.cost)
            try await streamContent(.video, of: id, claims, to: context, linkUntil: until, now: context.began)
        } catch {
            await context.refuse(error, in: dialect)
        }
    }
}

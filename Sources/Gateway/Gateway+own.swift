import Dialects
import Jobs
import Net
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import Wire

extension Gateway {
    typealias OwnRoute = (Visit) async -> Void

    /// Routes that belong to no dialect: health, metrics, signed files.
    func ownRoute(_ head: RequestHead) -> OwnRoute? {
        guard let route = builtInRoute(head), Gateway.ownPaths.contains(head.path) else { return builtInRoute(head) }
        return { visit in
            visit.note(dialect: nil, route: visit.head.path)
            await route(visit)
        }
    }

    private static let ownPaths: Set<String> = ["/", "/healthz", "/readyz", "/openapi.json", "/metrics"]

    private func builtInRoute(_ head: RequestHead) -> OwnRoute? {
        if [.put, .post, .delete].contains(head.method), head.path.hasPrefix(Uploads.path) {
            return { visit in await self.takeUpload(visit) }
        }
        guard head.method == .get || head.method == .head else { return nil }
        switch head.path {
        // Load balancers ask for the root to learn whether a server is there.
        case "/": return { visit in await visit.answer(Response(json: ["service": "genlock", "documentation": "/openapi.json"])) }
        case "/healthz": return { visit in await visit.answer(Response(json: ["status": "ok"])) }
        case "/readyz": return { visit in await visit.answer(self.readiness(for: visit.head)) }
        case "/openapi.json": return { visit in await visit.answer(self.studio.document(for: visit.head.headers)) }
        case "/metrics":
            // Where the administration has an address of its own, nothing of it is here.
            guard !studio.hasAdministration else { return nil }
            return { visit in await self.metrics(visit) }
        default:
            guard head.path.hasPrefix(Links.path) else { return nil }
            return { visit in await self.file(visit) }
        }
    }

    /// With its detail only for a key that is an administrator's.
    private func readiness(for head: RequestHead) -> Response {
        guard !studio.hasAdministration, !studio.owners.isOpen, Owners.key(in: head.headers) != nil,
            let caller = try? studio.owners.caller(of: head), caller.isAdmin
        else { return house.readiness() }
        return house.detailedReadiness()
    }

    private func metrics(_ visit: Visit) async {
        do throws(Fault) {
            let caller = try studio.owners.caller(of: visit.head)
            visit.owner = caller.owner.name
            guard caller.isAdmin else {
                throw Fault(
                    .forbidden, "Metrics are for administrators: this API key has no 'admin: true' in the configuration.",
                    code: "admin_required")
            }
            await visit.answer(house.exposition())
        } catch {
            await visit.refuse(error, in: studio.table.dialect(for: "/"))
        }
    }

    /// A signed link: the signature stands for the key.
    private func file(_ visit: Visit) async {
        let head = visit.head
        let dialect = studio.table.dialect(for: "/")
        visit.note(dialect: "-", route: Links.path + "{file}")
        do throws(Fault) {
            let file = Percent.decoded(head.path.dropFirst(Links.path.count))
            guard let (id, owner, until) = studio.links.open(file: file, query: head.query, now: visit.began), studio.owners.knows(owner)
            else {
                throw Fault(.notFound, "The link is not valid or has expired. Ask for the job again to get a fresh one.")
            }
            visit.owner = owner.name
            let claims = try await open(id, for: owner)
            visit.note(job: id, claims, cost: house.records[id]?.cost ?? claims.cost)
            try await relay(.video, of: id, claims, to: visit, linkUntil: until, now: visit.began)
        } catch {
            await visit.refuse(error, in: dialect)
        }
    }
}

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
        if [.put, .post, .delete].contains(head.method), head.path.hasPrefix(Uploads.path) {
            return { visit in await self.takeUpload(visit) }
        }
        guard head.method == .get || head.method == .head else { return nil }
        switch head.path {
        case "/healthz": return { visit in await visit.answer(Response(json: ["status": "ok"])) }
        case "/readyz": return { visit in await visit.answer(self.readiness()) }
        case "/openapi.json": return { visit in await visit.answer(self.studio.document(for: visit.head.headers)) }
        case "/metrics": return { visit in await self.metrics(visit) }
        default:
            guard head.path.hasPrefix(Links.path) else { return nil }
            return { visit in await self.file(visit) }
        }
    }

    private func readiness() -> Response {
        if house.isDraining.load(ordering: .acquiring) { return Response(status: 503, json: ["status": "draining"]) }
        let reports = Dictionary(house.gates.report().map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
        let accounts = studio.planner.accounts.map { account -> (name: String, value: JSONValue) in
            guard let report = reports[account.name] else { return (account.name, ["state": "passing"]) }
            var state: JSONValue = ["state": .string(report.state)]
            if let slots = report.slots {
                state["jobs"] = .int(Int64(report.jobs))
                state["concurrency"] = .int(Int64(slots))
            }
            if report.waiting > 0 { state["waiting"] = .int(Int64(report.waiting)) }
            return (account.name, state)
        }
        return Response(json: ["status": "ready", "rehearsal": .bool(studio.planner.isRehearsal), "accounts": .object(accounts)])
    }

    private func metrics(_ visit: Visit) async {
        do throws(Fault) {
            _ = try studio.owners.caller(of: visit.head)
            for figures in house.gates.report() { house.telemetry.account(figures) }
            var response = Response(status: 200, body: Pieces(house.telemetry.exposition()))
            response.headers.set(.contentType, "text/plain; version=0.0.4; charset=utf-8")
            await visit.answer(response)
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
            visit.account = claims.account
            try await relay(.video, of: id, claims, to: visit, linkUntil: until, now: visit.began)
        } catch {
            await visit.refuse(error, in: dialect)
        }
    }
}

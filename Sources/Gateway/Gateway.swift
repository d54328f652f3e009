import Client
import Crypto
import Dialects
import Jobs
import Net
import Routing
import Seal
import Server
import Telemetry
import Wire

/// Where the two halves meet: one request goes through here from top to bottom and back. One gateway a loop; what loops share is the
/// house's.
///
/// The order: route, authenticate, read, plan, check, start, seal, render.
package final class Gateway: Handler {
    let house: House
    let upstream: Upstream
    /// The time of day: what people and vendors read, and what is stored.
    let clock: () -> Timestamp
    /// For every interval inside the process: it does not move when someone sets the wall clock.
    let monotonic: () -> Instant
    /// The studio in force when this gateway was made; another studio comes with gateways of its own.
    let studio: Studio
    var told: Aging<Told>

    package init(
        house: House, client: Client, clock: @escaping () -> Timestamp, monotonic: @escaping () -> Instant = { .now }
    ) {
        self.house = house
        self.clock = clock
        self.monotonic = monotonic
        studio = house.studio
        told = Aging(capacity: studio.limits.toldAnswers)
        upstream = Upstream(
            client: client, signer: house.signer, limits: studio.limits, random: studio.random, egress: studio.egress,
            telemetry: house.telemetry)
    }

    package func handle(_ exchange: any Exchange) async {
        let visit = Visit(
            exchange, began: clock(), start: monotonic(), random: studio.random, limits: studio.limits, cors: studio.cors)
        if let told = toldBefore(to: visit) {
            await visit.answer(told)
        } else if visit.head.method == .options {
            await answerOptions(visit)
        } else if !(await serveOwnRoute(visit)) {
            await serve(visit)
        }
        house.telemetry.ended(visit.line(now: monotonic()))
    }

    private func serveOwnRoute(_ visit: Visit) async -> Bool {
        guard let own = ownRoute(visit.head) else { return false }
        await own(visit)
        return true
    }

    private func serve(_ visit: Visit) async {
        let head = visit.head
        switch studio.table.find(head.method, head.path) {
        case .nothing(let dialect):
            if let path = RequestPath.corrected(head.path) {
                visit.reroute(to: path)
                if await serveOwnRoute(visit) { return }
                return await serve(visit)
            }
            await visit.refuse(
                Fault(.notFound, "There is nothing at \(head.method) \(head.path.prefix(200)).\(RequestPath.hint(head.path))"), in: dialect)
        case .wrongMethod(let dialect, let allowed):
            let names = allowed.map(\.text).joined(separator: ", ")
            await visit.refuse(
                Fault(.methodNotAllowed, "\(head.method) is not allowed here; allowed: \(names)."), in: dialect, allow: names)
        case .entries(let entries, let captures):
            await serve(visit, entries, captures)
        }
    }

    private func serve(_ visit: Visit, _ entries: [RouteTable.Entry], _ captures: [String: String]) async {
        let now = visit.began
        var entry = entries[0]
        do throws(Fault) {
            visit.note(dialect: entry.dialect.name, route: entry.route.pattern)
            let caller = entry.route.isPublic ? Caller.local : try caller(of: visit.head)
            visit.owner = caller.owner.name
            // Where several dialects share a path, a job is answered in the one in which it was created.
            if entries.count > 1, let id = captures["id"], let claims = studio.claims(of: id, for: caller.owner),
                let own = entries.first(where: { $0.dialect.name == claims.dialect })
            {
                entry = own
                visit.note(dialect: entry.dialect.name, route: entry.route.pattern)
            }
            if let error = visit.head.queryError {
                throw Fault(
                    .malformed, "'\(error.name)' in the query of the URL is not UTF-8 text (byte \(error.offset) of the query).",
                    param: error.name, code: "invalid_query")
            }
            let request = try await visit.request(studio.limits)
            let ask = try entry.dialect.read(request, at: Route.Match(action: entry.route.action, captures: captures))
            try await answer(ask, to: request, visit, addressed(entry.dialect, for: visit.head), caller, now: now)
        } catch {
            await visit.refuse(error, in: entry.dialect)
        }
    }

    /// The dialect with the client's own words for this router in its links, where no others are configured.
    private func addressed(_ dialect: any Dialect, for head: RequestHead) -> any Dialect {
        let origin = studio.publicURL ?? Origin.called(head) ?? Origin.nameless
        return Addressed(dialect: dialect, origin: origin)
    }

    private func caller(of head: RequestHead) throws(Fault) -> Caller {
        try studio.owners.caller(of: head)
    }

    private func answer(
        _ ask: Ask, to request: Request, _ visit: Visit, _ dialect: any Dialect, _ caller: Caller, now: Timestamp
    ) async throws(Fault) {
        switch ask {
        case .create(let creation):
            try await make(creation, request, visit, dialect, caller, now: now)
        case .status(let id):
            let patience = try patience(of: request)
            let mark = house.revisions.mark(of: id)
            let claims = try await open(id, for: caller.owner)
            visit.note(job: id, claims, cost: claims.cost)
            let sight = try await sight(of: id, claims, for: caller, patience: patience, visit.exchange, now: now)
            await learnFacts(of: id, claims, sight)
            let view = view(of: id, claims, sight, for: caller.owner, now: now)
            visit.note(job: id, claims, cost: view.cost)
            if let life = dialect.jobLife, let ended = view.completed, now - ended > life { throw Gateway.noSuchJob }
            let response = dialect.render(.status(view)).costing(view)
            tell(response, about: claims, sight, to: visit, of: caller.owner, mark)
            await visit.answer(response)
        case .content(let id, let kind):
            let claims = try await open(id, for: caller.owner)
            visit.note(job: id, claims, cost: house.records[id]?.cost ?? claims.cost)
            try await relay(kind, of: id, claims, to: visit, now: now)
        case .models(let query):
            await visit.answer(
                studio.lists.answer(query, in: dialect.name, isWhole: caller.models.isEmpty) {
                    dialect.render(.models(models(query, for: caller), query))
                })
        case .model(let name):
            await visit.answer(dialect.render(.model(try model(name, for: caller))))
        case .cancel(let id):
            visit.note(job: id, try await open(id, for: caller.owner), cost: nil)
            let view = try await cancel(id, for: caller, now: now)
            visit.job?.cost = view.cost?.dollars
            await visit.answer(dialect.render(.cancelled(view)).costing(view))
        case .account(let word):
            await visit.answer(dialect.render(.account(try await balance(of: caller, now: now), word: word)))
        case .upload:
            guard let uploads = house.uploads else {
                throw Fault(
                    .notImplemented, "This router keeps no uploads; pass the file inside the request, or as a public URL.",
                    code: "no_uploads")
            }
            try house.uploadRates.take(for: caller, now: monotonic())
            let place = uploads.place(for: caller.owner, isShared: !studio.owners.isOpen, random: studio.random, now: now)
            await visit.answer(dialect.render(.upload(place)))
        case .list(let page):
            let (views, hasMore) = try await list(page, for: caller, now: now)
            await visit.answer(dialect.render(.list(views, hasMore: hasMore)))
        case .delete(let id):
            visit.note(job: id, try await open(id, for: caller.owner), cost: nil)
            let view = try await delete(id, for: caller, now: now)
            visit.job?.cost = view.cost?.dollars
            await visit.answer(dialect.render(.deleted(view)).costing(view))
        case .fixed(let response):
            await visit.answer(response)
        }
    }
}

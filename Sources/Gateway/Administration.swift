import Crypto
import Jobs
import Net
import Server
import Telemetry
import Wire

/// What answers on the administration's own address: health, readiness with its detail, metrics. It asks for no key: whoever reaches the
/// address is trusted, save for web pages in a browser on this machine.
final class Administration: Handler {
    private let house: House
    private let clock: () -> Timestamp

    init(house: House, clock: @escaping () -> Timestamp) {
        self.house = house
        self.clock = clock
    }

    func handle(_ exchange: any Exchange) async {
        let studio = house.studio
        let visit = Visit(exchange, began: clock(), start: .now, random: studio.random, limits: studio.limits, cors: CORS())
        do throws(Fault) {
            try studio.owners.checkHost(of: visit.head)
            await visit.answer(try answer(to: visit))
        } catch {
            await visit.refuse(error, in: studio.table.dialect(for: "/"), allow: error.kind == .methodNotAllowed ? "GET, HEAD" : nil)
        }
        house.telemetry.ended(visit.line(now: .now))
    }

    private func answer(to visit: Visit) throws(Fault) -> Response {
        let head = visit.head
        let response: () -> Response
        switch head.path {
        case "/healthz": response = { Response(json: ["status": "ok"]) }
        case "/readyz": response = house.detailedReadiness
        case "/metrics": response = house.exposition
        default: throw Fault(.notFound, "There is nothing at \(head.path.prefix(200)); here are /healthz, /readyz and /metrics.")
        }
        visit.note(dialect: nil, route: head.path)
        guard head.method == .get || head.method == .head else {
            throw Fault(.methodNotAllowed, "\(head.method) is not allowed here; allowed: GET, HEAD.")
        }
        return response()
    }

    func refusal(_ refused: Refused) -> Response {
        Response(status: refused.status, json: ["error": ["message": .string(refused.message)]])
    }

    func note(_ breach: Breach) {}
}

extension Owners {
    /// A page that has rebound its name to this machine shows that name in `Host`. Addresses cannot be rebound.
    func checkHost(of head: RequestHead) throws(Fault) {
        guard head.peer.isLoopback, let host = head.headers[.host] else { return }
        let name = Owners.name(of: host)
        guard !isOwn(host), Address(literal: name, port: 0) == nil else { return }
        throw Fault(
            .forbidden, "The host '\(host.prefix(80))' is not one of this router's names. Add it to 'hosts' in the configuration.",
            code: "unknown_host")
    }
}

import Access
import Crypto
import Dialects
import Gateway
import Jobs
import Net
import Server
import Telemetry
import Wire

/// Serves the administration's own address: health, detailed readiness, metrics. It needs no key: all callers that reach the address are
/// trusted, except web pages in a browser on this machine.
final class AdministrationHandler: Handler {
    private let shared: SharedState
    private let clock: () -> Timestamp
    private let recorder: RequestRecorder

    init(shared: SharedState, clock: @escaping () -> Timestamp) {
        self.shared = shared
        self.clock = clock
        recorder = RequestRecorder(shared.telemetry, monotonic: { .now })
    }

    func handle(_ exchange: any Exchange) async {
        let config = shared.config
        let context = RequestContext(exchange, now: clock(), start: .now, config: config, cors: CORS())
        do throws(Fault) {
            try config.authenticator.checkHost(of: context.head)
            await context.answer(try response(to: context))
        } catch {
            await context.refuse(error, allow: error.kind == .methodNotAllowed ? "GET, HEAD" : nil)
        }
        recorder.record(context)
    }

    private func response(to context: RequestContext) throws(Fault) -> Response {
        let head = context.head
        let response: () -> Response
        switch head.path {
        case "/healthz": response = { Response(json: ["status": "ok"]) }
        case "/readyz": response = shared.detailedReadiness
        case "/metrics": response = shared.renderMetrics
        default: throw Fault(.notFound, "There is nothing at \(head.path.prefix(200)); this address serves /healthz, /readyz and /metrics.")
        }
        context.note(dialect: nil, route: head.path)
        guard head.method == .get || head.method == .head else {
            throw Fault(.methodNotAllowed, "\(head.method) is not allowed here; allowed: GET, HEAD.")
        }
        return response()
    }

    func rejectionResponse(for rejected: RejectedRequest) -> Response {
        Response(status: rejected.status, json: ["error": ["message": .string(rejected.message)]])
    }

    func report(_ rejection: ConnectionRejection) {}
}

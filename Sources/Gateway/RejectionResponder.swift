import Access
import Dialects
import Jobs
import Net
import Server
import Synchronization
import Telemetry
import Wire

/// Answers and reports what is rejected before it becomes a request. All of it is counted; log lines are limited.
final class RejectionResponder {
    private let config: RuntimeConfig
    private let shared: SharedState
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        shared = dependencies.shared
        monotonic = dependencies.monotonic
    }

    /// The answer in the dialect of the path; in the standard one if the path is unknown.
    func response(for rejected: RejectedRequest) -> Response {
        let id = RequestID.make(random: config.random)
        let path = rejected.path ?? "/"
        var response = config.routeTable.dialect(for: path).render(rejected.fault)
        response.status = rejected.status
        response.headers.set(.xRequestID, id)
        config.cors.apply(to: &response.headers, path: path, origin: rejected.origin)
        shared.telemetry.record(
            AccessLogEntry(
                id: id, method: "-", route: "-", status: rejected.status, duration: .zero, detail: rejected.message,
                peer: rejected.peer.host, isRejection: true),
            isLogged: mayLog(rejected.peer))
        return response
    }

    func report(_ rejection: ConnectionRejection) {
        guard mayLog(rejection.peer) else { return }
        shared.telemetry.log(
            .info, "connection rejected",
            fields: ["reason": rejection.kind.rawValue, "detail": rejection.reason, "peer": rejection.peer.host])
    }

    private func mayLog(_ peer: Address) -> Bool {
        switch shared.rejectionLogLimiter.withLock({ $0.decide(on: peer, at: monotonic(), config.limits) }) {
        case .write: return true
        case .suppress: return false
        case .suppressFirst:
            Loop.current?.after(.seconds(1)) { [shared] in
                let count = shared.rejectionLogLimiter.withLock { $0.takeSuppressedCount() }
                shared.telemetry.log(.info, "rejections not logged", fields: ["count": "\(count)"])
            }
            return false
        }
    }
}

extension RejectedRequest {
    /// For the body of the answer. The status stays the HTTP layer's own.
    fileprivate var fault: Fault {
        switch status {
        case 500: Fault(.internalError, message)
        case 501: Fault(.notImplemented, message)
        default: Fault(.malformed, message)
        }
    }
}

import Access
import Dialects
import Net
import Server
import Synchronization
import Telemetry
import Wire

/// What is refused before there is a request: all of it is counted, and as much of it logged as the log can bear.
extension Gateway {
    /// In the words of the dialect whose path it was, else in the standard one's.
    package func rejectionResponse(for rejected: RejectedRequest) -> Response {
        let id = RequestID.make(random: config.random)
        var response = config.routeTable.dialect(for: rejected.path ?? "/").render(rejected.fault)
        response.status = rejected.status
        response.headers.set(.xRequestID, id)
        config.cors.apply(to: &response.headers, path: rejected.path ?? "/", origin: rejected.origin)
        shared.telemetry.record(
            AccessLogEntry(
                id: id, method: "-", route: "-", status: rejected.status, duration: .zero, detail: rejected.message,
                peer: rejected.peer.host,
                isRejection: true),
            isLogged: mayLog(of: rejected.peer))
        return response
    }

    package func report(_ rejection: ConnectionRejection) {
        guard mayLog(of: rejection.peer) else { return }
        shared.telemetry.log(
            .info, "connection rejected",
            fields: ["reason": rejection.kind.rawValue, "detail": rejection.reason, "peer": rejection.peer.host])
    }

    private func mayLog(of peer: Address) -> Bool {
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

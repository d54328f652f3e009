import Dialects
import Net
import Server
import Synchronization
import Telemetry
import Wire

/// What is refused before there is a request: all of it is counted, and as much of it logged as the log can bear.
extension Gateway {
    /// In the words of the dialect whose path it was, else in the standard one's.
    package func refusal(_ refused: Refused) -> Response {
        let id = RequestID.make(random: studio.random)
        var response = studio.table.dialect(for: refused.path ?? "/").render(refused.fault)
        response.status = refused.status
        response.headers.set(.xRequestID, id)
        studio.cors.apply(to: &response.headers, path: refused.path ?? "/", origin: refused.origin)
        house.telemetry.ended(
            RequestLine(
                id: id, method: "-", route: "-", status: refused.status, duration: .zero, detail: refused.message, peer: refused.peer.host,
                isRefusal: true),
            isLogged: mayTell(of: refused.peer))
        return response
    }

    package func note(_ breach: Breach) {
        guard mayTell(of: breach.peer) else { return }
        house.telemetry.say(
            .info, "connection refused", ["reason": breach.kind.rawValue, "detail": breach.reason, "peer": breach.peer.host])
    }

    private func mayTell(of peer: Address) -> Bool {
        switch house.ration.withLock({ $0.verdict(on: peer, at: monotonic(), studio.limits) }) {
        case .write: return true
        case .leaveOut: return false
        case .leaveOutFirst:
            Loop.current?.after(.seconds(1)) { [house] in
                let count = house.ration.withLock { $0.takeLeft() }
                house.telemetry.say(.info, "more was refused than is logged", ["count": "\(count)"])
            }
            return false
        }
    }
}

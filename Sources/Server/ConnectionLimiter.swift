import Net
import Synchronization

/// Limits the connections over all loops: in total, and from each network.
final class ConnectionLimiter: Sendable {
    private struct State {
        var maxConnections: Int
        var maxPerNetwork: Int
        var count = 0
        var countByNetwork: [PeerNetwork: Int] = [:]
    }

    /// One admitted connection. It counts until the permit is deallocated.
    final class ConnectionPermit: Sendable {
        private let limiter: ConnectionLimiter
        private let network: PeerNetwork?

        fileprivate init(_ limiter: ConnectionLimiter, _ network: PeerNetwork?) {
            self.limiter = limiter
            self.network = network
        }

        deinit { limiter.release(network) }
    }

    private let state: Mutex<State>

    init(maxConnections: Int, perNetwork maxPerNetwork: Int) {
        state = Mutex(State(maxConnections: maxConnections, maxPerNetwork: maxPerNetwork))
    }

    func adopt(maxConnections: Int, perNetwork maxPerNetwork: Int) {
        state.withLock { ($0.maxConnections, $0.maxPerNetwork) = (maxConnections, maxPerNetwork) }
    }

    /// Admits a connection; nil if the total limit, or that of its network, is reached. Peers on this machine (a reverse proxy) count only
    /// towards the total.
    /// - Parameter peer: nil if it is not known yet.
    func admit(_ peer: Address?) -> ConnectionPermit? {
        let network = peer.flatMap(PeerNetwork.init)
        let isAdmitted = state.withLock { state in
            guard state.count < state.maxConnections else { return false }
            if let network {
                let networkCount = state.countByNetwork[network, default: 0]
                guard networkCount < state.maxPerNetwork else { return false }
                state.countByNetwork[network] = networkCount + 1
            }
            state.count += 1
            return true
        }
        return isAdmitted ? ConnectionPermit(self, network) : nil
    }

    var count: Int { state.withLock { $0.count } }

    /// Whether less than an eighth of the total is free: time to close idle connections.
    var isNearlyFull: Bool { state.withLock { $0.count > $0.maxConnections - $0.maxConnections / 8 } }

    private func release(_ network: PeerNetwork?) {
        state.withLock { state in
            state.count -= 1
            guard let network, let networkCount = state.countByNetwork[network] else { return }
            state.countByNetwork[network] = networkCount > 1 ? networkCount - 1 : nil
        }
    }
}

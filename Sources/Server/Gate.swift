import Net
import Synchronization

/// Counts who is connected, in all and from each address, over all loops.
final class Gate: Sendable {
    private struct State {
        var most: Int
        var mostFromOne: Int
        var count = 0
        var crowds: [Subscriber: Int] = [:]
    }

    /// A place among those that are connected; it is free again when nobody holds it any more.
    final class Place: Sendable {
        private let gate: Gate
        private let origin: Subscriber?

        fileprivate init(_ gate: Gate, _ origin: Subscriber?) {
            self.gate = gate
            self.origin = origin
        }

        deinit { gate.leave(origin) }
    }

    private let state: Mutex<State>

    init(most: Int, fromOne mostFromOne: Int) { state = Mutex(State(most: most, mostFromOne: mostFromOne)) }

    func adopt(most: Int, fromOne mostFromOne: Int) {
        state.withLock { ($0.most, $0.mostFromOne) = (most, mostFromOne) }
    }

    /// Nil if there is no room, in all or for this address. Whoever is on this machine, a proxy perhaps, is bounded only by the whole.
    /// - Parameter peer: nil where it is not known yet.
    func admit(_ peer: Address?) -> Place? {
        let origin = peer.flatMap(Subscriber.init)
        let isAdmitted = state.withLock { state in
            guard state.count < state.most else { return false }
            if let origin {
                let crowd = state.crowds[origin, default: 0]
                guard crowd < state.mostFromOne else { return false }
                state.crowds[origin] = crowd + 1
            }
            state.count += 1
            return true
        }
        return isAdmitted ? Place(self, origin) : nil
    }

    var count: Int { state.withLock { $0.count } }

    /// Whether it is time to send the idle away: less than an eighth of the places is free.
    var isNearlyFull: Bool { state.withLock { $0.count > $0.most - $0.most / 8 } }

    private func leave(_ origin: Subscriber?) {
        state.withLock { state in
            state.count -= 1
            guard let origin, let crowd = state.crowds[origin] else { return }
            state.crowds[origin] = crowd > 1 ? crowd - 1 : nil
        }
    }
}

import CLinux
import Synchronization

/// One loop's share of a listener's connections.
package final class Inlet: Sendable {
    struct Arrival: Sendable {
        let descriptor: Int32
        let peer: Address
    }

    private struct State {
        var arrivals: [Arrival] = []
        var waiter: UnsafeContinuation<Void, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())

    /// The next connection, made on the current loop; nil after the listener was stopped.
    package func next() async -> Stream? {
        guard let loop = Loop.current else { preconditionFailure("streams are made on a loop") }
        while true {
            let (arrival, isFinished) = state.withLock { state -> (Arrival?, Bool) in
                (state.arrivals.isEmpty ? nil : state.arrivals.removeFirst(), state.isFinished)
            }
            if let arrival {
                guard let socket = try? Socket(adopting: arrival.descriptor, on: loop) else { continue }
                return Stream(socket, peer: arrival.peer)
            }
            if isFinished { return nil }
            await withUnsafeContinuation { waiter in
                let mustWait = state.withLock { state in
                    precondition(state.waiter == nil, "one task takes an inlet's connections")
                    guard state.arrivals.isEmpty, !state.isFinished else { return false }
                    state.waiter = waiter
                    return true
                }
                if !mustWait { waiter.resume() }
            }
        }
    }

    /// - Returns: false if nobody will take it any more.
    func push(_ arrival: Arrival) -> Bool {
        let (taken, waiter) = state.withLock { state -> (Bool, UnsafeContinuation<Void, Never>?) in
            guard !state.isFinished else { return (false, nil) }
            state.arrivals.append(arrival)
            return (true, state.waiter.take())
        }
        waiter?.resume()
        return taken
    }

    func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    deinit {
        for arrival in state.withLock({ $0.arrivals }) { _ = linux_close(arrival.descriptor) }
    }
}

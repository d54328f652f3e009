import CLinux
import Synchronization

/// One loop's share of a listener's connections.
package final class AcceptQueue: Sendable {
    struct AcceptedSocket: Sendable {
        let descriptor: Int32
        let peer: Address
    }

    private struct State {
        var sockets: [AcceptedSocket] = []
        var waiter: UnsafeContinuation<Void, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())

    /// The next connection, as a stream of the current loop; nil after the listener has stopped.
    package func next() async -> Stream? {
        guard let loop = Loop.current else { preconditionFailure("streams must be made on a loop") }
        while true {
            let (accepted, isFinished) = state.withLock { state -> (AcceptedSocket?, Bool) in
                (state.sockets.isEmpty ? nil : state.sockets.removeFirst(), state.isFinished)
            }
            if let accepted {
                guard let socket = try? Socket(adopting: accepted.descriptor, on: loop) else { continue }
                return Stream(socket, peer: accepted.peer)
            }
            if isFinished { return nil }
            await withUnsafeContinuation { waiter in
                let mustWait = state.withLock { state in
                    precondition(state.waiter == nil, "only one task may take connections from an accept queue")
                    guard state.sockets.isEmpty, !state.isFinished else { return false }
                    state.waiter = waiter
                    return true
                }
                if !mustWait { waiter.resume() }
            }
        }
    }

    /// - Returns: false if the queue has ended.
    func push(_ accepted: AcceptedSocket) -> Bool {
        let (taken, waiter) = state.withLock { state -> (Bool, UnsafeContinuation<Void, Never>?) in
            guard !state.isFinished else { return (false, nil) }
            state.sockets.append(accepted)
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
        for accepted in state.withLock({ $0.sockets }) { _ = linux_close(accepted.descriptor) }
    }
}

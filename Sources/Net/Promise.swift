import Wire

/// A value that one task of a loop provides and others wait for: single flight, results of workers, waits with a deadline.
package final class Promise<Value> {
    private final class Waiter {
        var continuation: UnsafeContinuation<Void, Never>?
        var timer: Timer?

        func wake() {
            timer?.cancel()
            continuation.take()?.resume()
        }
    }

    package private(set) var value: Value?
    private var waiters: [Waiter] = []

    package init() {}

    /// Sets the value, unless it is set, and wakes every waiter.
    package func fulfil(_ value: Value) {
        guard self.value == nil else { return }
        self.value = value
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.wake() }
    }

    /// Waits for the value; nil if the deadline passes first. Any number of tasks may wait.
    package func value(by deadline: Instant = .never) async -> Value? {
        guard let loop = Loop.current else { preconditionFailure("promises must be made on a loop") }
        guard value == nil, deadline > loop.now else { return value }
        let waiter = Waiter()
        await withUnsafeContinuation { continuation in
            // Check again: the runtime may have run other jobs since.
            guard value == nil else { return continuation.resume() }
            waiter.continuation = continuation
            waiters.append(waiter)
            guard deadline != .never else { return }
            waiter.timer = Timer(loop.reactor.timers) { waiter.wake() }
            waiter.timer?.schedule(deadline)
        }
        waiter.timer = nil
        if value == nil { waiters.removeAll { $0 === waiter } }
        return value
    }
}

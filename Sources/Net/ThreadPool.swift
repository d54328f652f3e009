import CLinux
import Synchronization

/// A few threads for blocking work, started on demand. They take work in order.
package final class ThreadPool: Sendable {
    private struct State {
        var queue: [@Sendable () -> Void] = []
        var head = 0
        var started = 0
        var idle = 0

        mutating func take() -> (@Sendable () -> Void)? {
            guard head < queue.count else { return nil }
            defer {
                head += 1
                if head == queue.count { (queue, head) = ([], 0) }
            }
            return queue[head]
        }
    }

    private let state = Mutex(State())
    /// A semaphore eventfd: one write per work item, one read per item taken.
    private let wakeup: Int32
    private let name: String
    private let maxThreads: Int
    private let maxQueued: Int

    /// - Parameters:
    ///   - name: what `top` shows, truncated to 15 bytes.
    ///   - limit: the maximum number of threads.
    ///   - queueLimit: how many items may wait for a thread; more are refused.
    package init(_ name: String, limit: Int = 1, queueLimit: Int = .max) {
        self.name = name
        self.maxThreads = limit
        self.maxQueued = queueLimit
        wakeup = linux_eventfd(1, 1)
        precondition(wakeup >= 0, "eventfd: \(StreamError.text(of: -wakeup))")
    }

    /// - Returns: false if the queue is full.
    @discardableResult
    package func submit(_ work: @Sendable @escaping () -> Void) -> Bool {
        let (accepted, mustStart) = state.withLock { state in
            let waiting = state.queue.count - state.head
            guard waiting < maxQueued else { return (false, false) }
            state.queue.append(work)
            let mustStart = waiting >= state.idle && state.started < maxThreads
            if mustStart { state.started += 1 }
            return (true, mustStart)
        }
        guard accepted else { return false }
        if mustStart { start() }
        _ = linux_wake(wakeup)
        return true
    }

    private func start() {
        let result = linux_thread(
            { Unmanaged<ThreadPool>.fromOpaque($0!).takeRetainedValue().serve() }, Unmanaged.passRetained(self).toOpaque(), name)
        precondition(result == 0, "pthread_create: \(StreamError.text(of: -result))")
    }

    /// The threads run until the process ends.
    private func serve() -> Never {
        while true {
            state.withLock { $0.idle += 1 }
            _ = linux_rest(wakeup)
            let work = state.withLock { state in
                state.idle -= 1
                return state.take()
            }
            work?()
        }
    }
}

import CLinux
import Wire

/// A non-blocking descriptor and its waiters: at most one task per direction.
///
/// Readiness is edge-triggered: an event sets a flag, and the caller that gets EAGAIN clears it.
final class Socket {
    enum Readiness { case input, output }

    /// The waiting side. It differs from the readiness: a TLS reader may have to wait for output, a writer for input.
    enum Direction { case reader, writer }

    enum WaitResult {
        case ready, timedOut, closed

        var error: StreamError? {
            switch self {
            case .ready: nil
            case .timedOut: .timedOut
            case .closed: .closed
            }
        }
    }

    private enum Resumption {
        case task(UnsafeContinuation<WaitResult, Never>)
        case action((StreamError?) -> Void)

        func wake(_ wake: WaitResult) {
            switch self {
            case .task(let continuation): continuation.resume(returning: wake)
            case .action(let action): action(wake.error)
            }
        }
    }

    private struct Waiter {
        let resumption: Resumption
        let readiness: Readiness
        let deadline: Instant
    }

    let loop: Loop
    private(set) var descriptor: Int32
    var generation: UInt32 = 0

    // One loop accesses these properties, never recursively: exclusivity is not checked at run time.
    @exclusivity(unchecked) var hasInput: Bool
    @exclusivity(unchecked) var hasOutput: Bool
    /// The peer has closed its sending side (it may still read), or both.
    @exclusivity(unchecked) private(set) var peerFinished = false
    /// Both directions are closed, or the connection was reset.
    @exclusivity(unchecked) private(set) var peerGone = false
    /// Runs once, on the loop, when `peerFinished` or `peerGone` becomes true.
    @exclusivity(unchecked) var onHangUp: (() -> Void)?

    @exclusivity(unchecked) private var reader: Waiter?
    @exclusivity(unchecked) private var writer: Waiter?
    /// One timer for both waiters, set to the earliest deadline and moved only when it fires, so that a wait does not change the heap.
    private var timer: Timer?

    /// Takes ownership of the descriptor, even if it throws. Runs on the loop.
    init(adopting descriptor: Int32, on loop: Loop, hasOutput: Bool = true) throws(StreamError) {
        precondition(loop.isCurrent, "a socket must be made on its loop")
        self.loop = loop
        self.descriptor = descriptor
        self.hasInput = false
        self.hasOutput = hasOutput
        try loop.reactor.register(self)
    }

    var isOpen: Bool { descriptor >= 0 }

    /// Returns at once if the readiness flag is set.
    func wait(_ side: Direction, for readiness: Readiness, by deadline: Instant) async throws(StreamError) {
        guard isOpen else { throw .closed }
        guard readiness == .input ? !hasInput : !hasOutput else { return }
        guard deadline > loop.reactor.now else { throw .timedOut }
        let wake = await withUnsafeContinuation { continuation in
            suspend(side, Waiter(resumption: .task(continuation), readiness: readiness, deadline: deadline))
        }
        if let error = wake.error { throw error }
    }

    /// The same without a task, for the reader: the action runs once, in the loop's own turn.
    func whenReady(for readiness: Readiness, by deadline: Instant, _ action: @escaping (StreamError?) -> Void) {
        suspend(.reader, Waiter(resumption: .action(action), readiness: readiness, deadline: deadline))
    }

    /// Applies the events that epoll reported.
    func handleEvents(_ events: UInt32) {
        let failed = events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
        if failed || events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { hasInput = true }
        if failed || events & EPOLLOUT.rawValue != 0 { hasOutput = true }
        let hungUp = failed || events & EPOLLRDHUP.rawValue != 0
        peerGone = peerGone || failed
        // First: an action that waits for input reads at once, and must know that the end follows.
        if hungUp, !peerFinished {
            peerFinished = true
            onHangUp.take()?()
        }
        if let waiter = reader, isReady(waiter) { take(&reader)?.wake(.ready) }
        if let waiter = writer, isReady(waiter) { take(&writer)?.wake(.ready) }
    }

    /// Closes the socket and wakes both waiters with `closed`. A second call does nothing.
    func close() {
        guard isOpen else { return }
        loop.reactor.unregister(descriptor, generation: generation)
        _ = linux_close(descriptor)
        descriptor = -1
        timer?.cancel()
        onHangUp = nil
        take(&reader)?.wake(.closed)
        take(&writer)?.wake(.closed)
    }

    deinit {
        guard isOpen else { return }
        guard !loop.isCurrent else { return close() }
        let (loop, descriptor, generation) = (loop, descriptor, generation)
        loop.spawn { _ in
            loop.reactor.unregister(descriptor, generation: generation)
            _ = linux_close(descriptor)
        }
    }

    // MARK: Waiters

    private func suspend(_ side: Direction, _ waiter: Waiter) {
        // The runtime may run other jobs, and so epoll, between the caller's check and this closure.
        guard isOpen else { return waiter.resumption.wake(.closed) }
        guard !isReady(waiter) else { return waiter.resumption.wake(.ready) }
        switch side {
        case .reader:
            precondition(reader == nil, "only one task may read a socket")
            reader = waiter
        case .writer:
            precondition(writer == nil, "only one task may write a socket")
            writer = waiter
        }
        guard waiter.deadline != .never else { return }
        if let timer, timer.isWaiting, timer.due <= waiter.deadline { return }
        if timer == nil {
            timer = Timer(loop.reactor.timers) { [unowned self] in expire() }
        }
        timer?.schedule(waiter.deadline)
    }

    private func expire() {
        let now = loop.reactor.now
        if let waiter = reader, waiter.deadline <= now { take(&reader)?.wake(.timedOut) }
        if let waiter = writer, waiter.deadline <= now { take(&writer)?.wake(.timedOut) }
        let next = min(reader?.deadline ?? .never, writer?.deadline ?? .never)
        if next != .never { timer?.schedule(next) }
    }

    private func isReady(_ waiter: Waiter) -> Bool {
        waiter.readiness == .input ? hasInput : hasOutput
    }

    private func take(_ waiter: inout Waiter?) -> Resumption? {
        waiter.take()?.resumption
    }
}

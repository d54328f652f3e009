import CLinux
import Wire

/// An event loop: one thread that waits for sockets and timers and runs the tasks bound to it.
///
/// A loop is an actor that is its own executor, and the preferred executor of its tasks: a task started with `spawn` or
/// `fork` runs on the loop's thread from its first line to its last, with one enqueue per suspension. Objects that are not
/// Sendable (streams, pools) belong to the loop on which they were made, which the compiler checks through isolation.
/// Loops are never destroyed. Use a `Worker` for blocking calls; a plain `Task {}` leaves the loop.
package actor Loop: SerialExecutor, TaskExecutor {
    private let inbox = Inbox()
    private let wake: Int32
    /// Used by the loop's thread only: everything in this module that uses it is made on the loop.
    nonisolated(unsafe) let reactor: Reactor

    package init() {
        linux_signal_ignore(13)  // SIGPIPE: OpenSSL writes to sockets without MSG_NOSIGNAL.
        linux_signal_ignore(25)  // SIGXFSZ: a write beyond the limit of file sizes fails with EFBIG.
        wake = linux_eventfd(0, 0)
        precondition(wake >= 0, "eventfd: \(StreamError.text(of: -wake))")
        reactor = Reactor(wake: wake)
    }

    /// Starts `count` loops, each on its own thread.
    package static func start(count: Int = 1) -> [Loop] {
        (0..<count).map { number in
            let loop = Loop()
            let result = linux_thread(
                { Unmanaged<Loop>.fromOpaque($0!).takeRetainedValue().run() }, Unmanaged.passRetained(loop).toOpaque(), "loop-\(number)")
            precondition(result == 0, "pthread_create: \(StreamError.text(of: -result))")
            return loop
        }
    }

    /// Runs the loop on the calling thread.
    package nonisolated func run() -> Never {
        precondition(linux_current_loop() == nil, "a thread can run only one loop")
        linux_set_current_loop(Unmanaged.passRetained(self).toOpaque())
        let serial = asUnownedSerialExecutor()
        let preferred = asUnownedTaskExecutor()
        while true {
            if reactor.runOnce() { inbox.drain(into: &reactor.ready) }
            reactor.runReady { $0.runSynchronously(isolatedTo: serial, taskExecutor: preferred) }
        }
    }

    /// The loop of the current thread. A C function reads it, so that the optimizer cannot keep it across a suspension.
    package static var current: Loop? {
        linux_current_loop().map { Unmanaged<Loop>.fromOpaque($0).takeUnretainedValue() }
    }

    package nonisolated var isCurrent: Bool {
        linux_current_loop() == Unmanaged.passUnretained(self).toOpaque()
    }

    /// The monotonic time at which the current turn of the loop began.
    package nonisolated var now: Instant {
        precondition(isCurrent, "a loop's time must be read on its thread")
        return reactor.now
    }

    // MARK: Executor

    package nonisolated var unownedExecutor: UnownedSerialExecutor { asUnownedSerialExecutor() }

    package nonisolated func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    package nonisolated func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !isCurrent else { return reactor.ready.append(job) }
        if inbox.push(job) { _ = linux_wake(wake) }
    }
}

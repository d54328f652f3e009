import CLinux
import Wire

/// One thread that waits for sockets and timers and runs every task bound to it.
///
/// A loop is an actor that is its own executor, and the preferred executor of its tasks: a task started with `spawn` or
/// `fork` runs on the loop's thread from its first line to its last, with one enqueue per suspension. Objects that are not
/// Sendable (streams, pools) belong to the loop on which they were made, which the compiler checks through isolation.
/// Loops are never destroyed. What blocks belongs on a `Worker`; a plain `Task {}` leaves the loop.
package actor Loop: SerialExecutor, TaskExecutor {
    private let inbox = Inbox()
    private let wake: Int32
    /// Touched by the loop's own thread alone; everything in this target that does so is made on the loop.
    nonisolated(unsafe) let reactor: Reactor

    package init() {
        linux_signal_ignore(13)  // SIGPIPE: OpenSSL writes to sockets without MSG_NOSIGNAL.
        wake = linux_eventfd(0, 0)
        precondition(wake >= 0, "eventfd: \(StreamError.text(of: -wake))")
        reactor = Reactor(wake: wake)
    }

    /// Makes `count` loops, each on a thread of its own.
    package static func start(count: Int = 1) -> [Loop] {
        (0..<count).map { number in
            let loop = Loop()
            let result = linux_thread(
                { Unmanaged<Loop>.fromOpaque($0!).takeRetainedValue().run() }, Unmanaged.passRetained(loop).toOpaque(), "loop-\(number)")
            precondition(result == 0, "pthread_create: \(StreamError.text(of: -result))")
            return loop
        }
    }

    /// Turns the calling thread into the loop's thread.
    package nonisolated func run() -> Never {
        precondition(linux_current_loop() == nil, "a thread runs one loop")
        linux_set_current_loop(Unmanaged.passRetained(self).toOpaque())
        let serial = asUnownedSerialExecutor()
        let preferred = asUnownedTaskExecutor()
        while true {
            if reactor.runOnce() { inbox.drain(into: &reactor.ready) }
            reactor.runReady { $0.runSynchronously(isolatedTo: serial, taskExecutor: preferred) }
        }
    }

    /// The loop whose thread this is. A C function reads it, so that no optimiser keeps it across a suspension.
    package static var current: Loop? {
        linux_current_loop().map { Unmanaged<Loop>.fromOpaque($0).takeUnretainedValue() }
    }

    package nonisolated var isCurrent: Bool {
        linux_current_loop() == Unmanaged.passUnretained(self).toOpaque()
    }

    /// The monotonic time at which this turn of the loop began.
    package nonisolated var now: Instant {
        precondition(isCurrent, "a loop's time is read on its thread")
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

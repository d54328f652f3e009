/// An actor on its own thread for single blocking calls. Code with state should be an actor on a `WorkerThread` instead.
package actor Worker {
    private let thread: WorkerThread

    package init(_ name: String) {
        thread = WorkerThread(name)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Runs the work on the worker's thread. The caller's loop runs other tasks meanwhile.
    package func run<Value: Sendable, Failure: Error>(_ work: @Sendable () throws(Failure) -> Value) throws(Failure) -> Value {
        try work()
    }
}

/// An executor with its own thread, for an actor whose work blocks: return it from `nonisolated var unownedExecutor`.
///
/// `@concurrent` does not leave a loop; an actor on such a thread does. The thread starts with the first call. The actor must keep its
/// executor alive.
package final class WorkerThread: SerialExecutor {
    private let threads: ThreadPool

    /// - Parameter name: what `top` shows, truncated to 15 bytes.
    package init(_ name: String) {
        threads = ThreadPool(name)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        threads.submit { [self] in job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}

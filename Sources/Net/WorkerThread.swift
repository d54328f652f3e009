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

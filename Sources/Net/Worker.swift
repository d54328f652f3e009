/// An actor on a thread of its own for single blocking calls; what has state of its own is better an actor of its own.
package actor Worker {
    private let thread: WorkerThread

    package init(_ name: String) {
        thread = WorkerThread(name)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Runs the work on the worker's thread; the caller's loop goes on meanwhile.
    package func run<Value: Sendable, Failure: Error>(_ work: @Sendable () throws(Failure) -> Value) throws(Failure) -> Value {
        try work()
    }
}

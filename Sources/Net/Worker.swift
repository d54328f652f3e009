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

/// The tasks of one loop that `Loop.fork` starts. A task that has ended its work waits for the next one: to wake a task costs a tenth of
/// what it costs to start one.
final class TaskPool {
    private final class PooledTask {
        var work: (() async -> Void)?
        var continuation: UnsafeContinuation<Void, Never>?

        init(_ work: @escaping () async -> Void) { self.work = work }

        /// Releases the work at its end, not when the task gets its next one.
        func run() async {
            guard let work = work.take() else { return }
            await work()
        }
    }

    @exclusivity(unchecked) private var waiting: [PooledTask] = []

    /// How many tasks may wait. Each keeps the memory of the deepest call that it ever made, a hundred kilobytes after a create.
    private static let maxWaiting = 32

    /// Starts the work with the loop's next jobs.
    func start(_ work: @escaping () async -> Void, on loop: Loop) {
        guard let task = waiting.popLast() else { return add(PooledTask(work), on: loop) }
        task.work = work
        task.continuation.take()?.resume()
    }

    private func add(_ task: PooledTask, on loop: Loop) {
        let parcel = Confined(task)
        loop.spawn { loop in await loop.reactor.tasks.serve(parcel.open()) }
    }

    private func serve(_ task: PooledTask) async {
        while true {
            await task.run()
            guard waiting.count < TaskPool.maxWaiting else { return }
            await withUnsafeContinuation { continuation in
                task.continuation = continuation
                waiting.append(task)
            }
        }
    }
}

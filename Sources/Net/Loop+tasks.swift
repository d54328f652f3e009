import Wire

extension Loop {
    /// Starts a task on this loop, from any thread. What the closure captures is Sendable; what it creates belongs to the loop.
    package nonisolated func spawn(_ work: @Sendable @escaping (isolated Loop) async -> Void) {
        Task(executorPreference: self) { await work(self) }
    }

    /// Runs work in a task of the current loop. The closure may capture what belongs to the loop.
    ///
    /// For accepted connections, and for paid calls that must continue when their client disconnects. The caller must be isolated to the
    /// loop, or synchronous code on its thread; otherwise this traps.
    ///
    /// Do not give the closure a capture list: Swift 6.3 treats it as nonisolated then, and each resumption costs one more enqueue per
    /// caller.
    package static func fork(isolation: isolated (any Actor)? = #isolation, _ work: @escaping () async -> Void) {
        guard let loop = Loop.current else { preconditionFailure("work can be forked only on a loop") }
        precondition(isolation == nil || isolation === loop, "another actor's work cannot run on the loop")
        loop.reactor.tasks.start(work, on: loop)
    }

    /// Runs work on this loop and waits for it, from outside of the loop: tests, start-up, the main task.
    package nonisolated func run<Value: Sendable>(_ work: @Sendable @escaping (isolated Loop) async -> Value) async -> Value {
        await Task(executorPreference: self) { await work(self) }.value
    }

    /// Suspends the task. Cancellation does not end the wait.
    package nonisolated func sleep(for span: Duration) async {
        await sleep(until: .now + span)
    }

    package nonisolated func sleep(until due: Instant) async {
        precondition(isCurrent, "a loop's timers must be set on its thread")
        guard due > .now else { return await Task.yield() }
        await withUnsafeContinuation { waiter in
            Timer(reactor.timers) { waiter.resume() }.schedule(due)
        }
    }

    /// Runs an action on the loop after `span`, between the steps of tasks.
    @discardableResult
    package nonisolated func after(_ span: Duration, _ action: @escaping () -> Void) -> Timer {
        precondition(isCurrent, "a loop's timers must be set on its thread")
        let timer = Timer(reactor.timers, action)
        timer.schedule(.now + span)
        return timer
    }

    /// Closes every socket of the loop, which wakes every task that waits for one. The last step of a shutdown.
    package func closeAll() {
        reactor.closeAll()
    }

    /// How many sockets are open on this loop, including listeners.
    package var openSockets: Int { reactor.socketCount }

    /// How many task steps the loop has run since it started; tests check that a suspension costs one.
    package var steps: Int { reactor.jobs }
}

import Wire

extension Loop {
    /// Starts a task on this loop, from anywhere. What the closure captures is Sendable; what it makes belongs to the loop.
    package nonisolated func spawn(_ work: @Sendable @escaping (isolated Loop) async -> Void) {
        Task(executorPreference: self) { await work(self) }
    }

    /// Starts a sibling task from code that already runs on a loop; the closure may hold what belongs to that loop.
    ///
    /// One task per accepted connection, or a paid call that must go on when its client goes away. Callers are either
    /// isolated to the loop or synchronous code on its thread; anything else is a programming error and traps.
    ///
    /// Without a capture list: Swift 6.3 takes a closure that has one for nonisolated, and then each return from a wait, through every
    /// caller up to the closure, is one more enqueue.
    package static func fork(isolation: isolated (any Actor)? = #isolation, _ work: @escaping () async -> Void) {
        let parcel = Confined(work)
        parcel.loop.spawn { loop in
            let work = parcel.open()
            await work()
        }
    }

    /// Runs work on this loop and waits for it, from anywhere outside: tests, start-up, the main thread's task.
    package nonisolated func run<Value: Sendable>(_ work: @Sendable @escaping (isolated Loop) async -> Value) async -> Value {
        await Task(executorPreference: self) { await work(self) }.value
    }

    /// Waits without a thread. The task's cancellation does not end the wait.
    package nonisolated func sleep(for span: Duration) async {
        await sleep(until: .now + span)
    }

    package nonisolated func sleep(until due: Instant) async {
        precondition(isCurrent, "a loop's timers are set on its thread")
        guard due > .now else { return await Task.yield() }
        await withUnsafeContinuation { waiter in
            Timer(reactor.timers) { waiter.resume() }.schedule(due)
        }
    }

    /// Runs an action later, on the loop, between two tasks' steps.
    @discardableResult
    package nonisolated func after(_ span: Duration, _ action: @escaping () -> Void) -> Timer {
        precondition(isCurrent, "a loop's timers are set on its thread")
        let timer = Timer(reactor.timers, action)
        timer.schedule(.now + span)
        return timer
    }

    /// The last step of a shutdown: closes every socket of the loop, which wakes every task that waits for one.
    package func closeAll() {
        reactor.closeAll()
    }

    /// Sockets that are open on this loop, listeners included.
    package var openSockets: Int { reactor.socketCount }

    /// Steps of tasks that the loop has run since it started: one per suspension if all is well.
    package var steps: Int { reactor.jobs }
}

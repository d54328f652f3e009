import Jobs
import Net
import Wire

/// A request that waits on its loop for a job to change.
package final class LongPollWaiter {
    private let finished = Promise<Void>()

    package init() {}

    /// Ends the wait. Safe to call from any loop.
    package var notifier: @Sendable () -> Void {
        let parcel = Confined(finished)
        return { parcel.loop.spawn { _ in parcel.open().fulfil(()) } }
    }

    /// Ends the wait. Call it on the waiter's loop.
    package func finish() { finished.fulfil(()) }

    package func wait(until deadline: Instant) async { await finished.value(by: deadline) }
}

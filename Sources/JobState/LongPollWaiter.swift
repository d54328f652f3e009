import Jobs
import Net
import Wire

/// One request that waits for news of a job, on its loop.
package final class LongPollWaiter {
    private let finished = Promise<Void>()

    package init() {}

    /// Ends the wait; may be called from any loop.
    package var notifier: @Sendable () -> Void {
        let parcel = Confined(finished)
        return { parcel.loop.spawn { _ in parcel.open().fulfil(()) } }
    }

    /// Ends the wait, on the loop.
    package func finish() { finished.fulfil(()) }

    package func wait(until deadline: Instant) async { await finished.value(by: deadline) }
}

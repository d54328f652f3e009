import Jobs
import Net
import Wire

/// One request that waits for news of a job, on its loop.
final class LongPollWaiter {
    private let finished = Promise<Void>()

    /// Ends the wait; may be called from any loop.
    var notifier: @Sendable () -> Void {
        let parcel = Confined(finished)
        return { parcel.loop.spawn { _ in parcel.open().fulfil(()) } }
    }

    /// Ends the wait, on the loop.
    func finish() { finished.fulfil(()) }

    func wait(until deadline: Instant) async { await finished.value(by: deadline) }
}

import Jobs
import Net
import Wire

/// One request that waits for news of a job, on its loop.
final class Vigil {
    private let over = Promise<Void>()

    /// Ends the wait; may be called from any loop.
    var bell: @Sendable () -> Void {
        let parcel = Confined(over)
        return { parcel.loop.spawn { _ in parcel.open().fulfil(()) } }
    }

    /// Ends the wait, on the loop.
    func end() { over.fulfil(()) }

    func wait(until deadline: Instant) async { await over.value(by: deadline) }
}

import JobState
import Jobs
import Net
import Seal
import Server
import Upstream
import Wire

/// Waits for a job to change on behalf of a status request (`?wait=SECONDS`), and polls the job meanwhile.
final class StatusWaiter {
    private let lookup: JobLookup
    private let status: any StatusSource
    private let config: RuntimeConfig
    private let statusCache: JobStatusCache
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies, lookup: JobLookup, status: any StatusSource) {
        self.lookup = lookup
        self.status = status
        config = dependencies.config
        statusCache = dependencies.shared.statusCache
        monotonic = dependencies.monotonic
    }

    /// The time that a status request wants to wait for a change; zero without the parameter.
    /// - Throws: `.invalid` for everything but a number of seconds within the limit.
    func requestedWait(of request: Request) throws(Fault) -> Duration {
        guard !request.query.isEmpty, let text = request.query["wait"], !text.isEmpty else { return .zero }
        let maxWait = config.limits.maxWait
        guard let timeout = Double(text).flatMap({ Number.duration(seconds: $0) }), timeout <= maxWait else {
            throw Fault(
                .invalid, "'wait' must be a number of seconds from 0 to \(maxWait.components.seconds).", param: "wait",
                code: "invalid_value")
        }
        return timeout
    }

    /// Waits until the job has another status than this one, the timeout is over, or the client has disconnected.
    /// - Returns: the status after that.
    func waitForChange(
        of job: OpenedJob, since snapshot: JobStatusCache.StatusSnapshot, timeout: Duration, _ exchange: any Exchange
    ) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        let waiter = LongPollWaiter()
        if let number = statusCache.subscribe(waiter.notifier, for: job.id, since: snapshot) {
            exchange.onClientDisconnect { waiter.finish() }
            startPolling(job)
            await waiter.wait(until: .now + timeout)
            exchange.onClientDisconnect(nil)
            statusCache.unsubscribe(number, for: job.id)
        }
        // The owner may have deleted it meanwhile.
        _ = try await lookup.open(job.id, for: job.owner)
        return try await status.refreshStatus(of: job)
    }

    /// Polls a job for as long as requests wait for it: one task, however many they are.
    private func startPolling(_ job: OpenedJob) {
        guard statusCache.shouldStartPolling(job.id) else { return }
        Loop.fork { await self.poll(job) }
    }

    private func poll(_ job: OpenedJob) async {
        while let loop = Loop.current, let interval = config.accounts[job.claims.account]?.card.pollInterval,
            let delay = statusCache.nextPollDelay(job.id, now: monotonic(), interval: interval)
        {
            await loop.sleep(for: delay)
            // A failed poll shows in the answers of the requests that wait.
            _ = try? await status.refreshStatus(of: job)
        }
    }
}

/// A request that waits on its loop for a job to change.
private final class LongPollWaiter {
    private let finished = Promise<Void>()

    init() {}

    /// Ends the wait. Safe to call from any loop.
    var notifier: @Sendable () -> Void {
        let parcel = Confined(finished)
        return { parcel.loop.spawn { _ in parcel.open().fulfil(()) } }
    }

    /// Ends the wait. Call it on the waiter's loop.
    func finish() { finished.fulfil(()) }

    func wait(until deadline: Instant) async { await finished.value(by: deadline) }
}

import Access
import Dialects
import JobState
import Jobs
import Net
import Seal
import Server
import Upstream
import Wire

extension Gateway {
    /// How long a status request wants to wait for news (`?wait=SECONDS`); zero without the parameter.
    /// - Throws: `.invalid` for what is not a number of seconds within the bound.
    func requestedWait(of request: Request) throws(Fault) -> Duration {
        guard let text = request.query["wait"], !text.isEmpty else { return .zero }
        let maxWait = config.limits.maxWait
        guard let timeout = Double(text).flatMap({ Number.duration(seconds: $0) }), timeout <= maxWait else {
            throw Fault(
                .invalid, "'wait' must be a number of seconds from 0 to \(maxWait.components.seconds).", param: "wait",
                code: "invalid_value")
        }
        return timeout
    }

    /// Where the job stands: as soon as that is another state than now, at once if the job has ended, at the latest when patience is over.
    /// A client that leaves ends its wait.
    func longPollStatus(
        of id: String, _ claims: Claims, for caller: Caller, timeout: Duration, _ exchange: any Exchange, now: Timestamp
    ) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        let snapshot = try await refreshStatus(of: id, claims, now: now)
        guard timeout > .zero, !snapshot.progress.isFinal else { return snapshot }
        let waiter = LongPollWaiter()
        await waitForChange(waiter, id, claims: claims, since: snapshot, timeout: timeout, exchange: exchange)
        // It may have been deleted meanwhile.
        _ = try await openJob(id, for: caller.owner)
        return try await self.refreshStatus(of: id, claims, now: clock())
    }

    /// Waits until the job is known to stand elsewhere than it stood; the job is asked about meanwhile.
    func waitForChange(
        _ waiter: LongPollWaiter, _ id: String, claims: Claims, since snapshot: JobStatusCache.StatusSnapshot, timeout: Duration,
        exchange: any Exchange
    ) async {
        guard let number = shared.statusCache.subscribe(waiter.notifier, for: id, since: snapshot) else { return }
        exchange.onClientDisconnect { waiter.finish() }
        startPolling(id, claims)
        await waiter.wait(until: .now + timeout)
        exchange.onClientDisconnect(nil)
        shared.statusCache.unsubscribe(number, for: id)
    }

    /// Asks about a job, as often as its vendor allows, for as long as somebody waits for news of it: one task, however many wait.
    private func startPolling(_ id: String, _ claims: Claims) {
        guard shared.statusCache.shouldStartPolling(id) else { return }
        Loop.fork { await self.pollLoop(id, claims) }
    }

    private func pollLoop(_ id: String, _ claims: Claims) async {
        while let loop = Loop.current, let interval = config.accounts[claims.account]?.card.pollInterval,
            let pause = shared.statusCache.nextPollDelay(id, now: monotonic(), interval: interval)
        {
            await loop.sleep(for: pause)
            // Those who wait look for themselves when they are called, or when their patience is over.
            _ = try? await refreshStatus(of: id, claims, now: clock())
        }
    }
}

import Dialects
import Jobs
import Net
import Seal
import Server
import Wire

extension Gateway {
    /// How long a status request wants to wait for news (`?wait=SECONDS`); zero without the parameter.
    /// - Throws: `.invalid` for what is not a number of seconds within the bound.
    func patience(of request: Request) throws(Fault) -> Duration {
        guard let text = request.query["wait"], !text.isEmpty else { return .zero }
        let most = studio.limits.waitTime
        guard let patience = Double(text).flatMap({ Number.duration(seconds: $0) }), patience <= most else {
            throw Fault(
                .invalid, "'wait' must be a number of seconds from 0 to \(most.components.seconds).", param: "wait", code: "invalid_value")
        }
        return patience
    }

    /// Where the job stands: as soon as that is another state than now, at once if the job has ended, at the latest when patience is over.
    /// A client that leaves ends its wait.
    func sight(
        of id: String, _ claims: Claims, for caller: Caller, patience: Duration, _ exchange: any Exchange, now: Timestamp
    ) async throws(Fault) -> Watch.Sight {
        let sight = try await sight(of: id, claims, now: now)
        guard patience > .zero, !sight.progress.isFinal else { return sight }
        let vigil = Vigil()
        await hold(vigil, id, claims, since: sight, patience, exchange)
        // It may have been deleted meanwhile.
        _ = try await open(id, for: caller.owner)
        return try await self.sight(of: id, claims, now: clock())
    }

    /// Waits until the job is known to stand elsewhere than it stood; the job is asked about meanwhile.
    func hold(
        _ vigil: Vigil, _ id: String, _ claims: Claims, since sight: Watch.Sight, _ patience: Duration, _ exchange: any Exchange
    ) async {
        guard let number = house.watch.hang(vigil.bell, for: id, since: sight) else { return }
        exchange.onClientLeaving { vigil.end() }
        attend(id, claims)
        await vigil.wait(until: .now + patience)
        exchange.onClientLeaving(nil)
        house.watch.unhang(number, for: id)
    }

    /// Asks about a job, as often as its vendor allows, for as long as somebody waits for news of it: one task, however many wait.
    private func attend(_ id: String, _ claims: Claims) {
        guard house.watch.mustAttend(id) else { return }
        Loop.fork { await self.askOn(id, claims) }
    }

    private func askOn(_ id: String, _ claims: Claims) async {
        while let loop = Loop.current, let interval = studio.accounts[claims.account]?.card.pollInterval,
            let pause = house.watch.pause(id, now: monotonic(), interval: interval)
        {
            await loop.sleep(for: pause)
            // Those who wait look for themselves when they are called, or when their patience is over.
            _ = try? await sight(of: id, claims, now: clock())
        }
    }
}

import Jobs
import Seal
import Telemetry
import Wire

extension Gateway {
    /// Asks about a job and, where the vendor can be asked about several at once, in the same call about others of its account.
    /// - Returns: what the answer says of the job itself; nil if it is to be asked about alone.
    func askTogether(_ id: String, _ claims: Claims, _ account: Account, now: Timestamp) async throws(Fault) -> Progress? {
        let card = account.card
        guard card.jobsPerAsk > 1 else { return nil }
        house.watch.board(id, claims)
        let riders = house.watch.riders(
            beside: id, on: account.name, now: monotonic(), interval: card.pollInterval, most: card.jobsPerAsk - 1)
        guard !riders.isEmpty else { return nil }
        guard let call = account.vendor.ask([claims.ticket] + riders.map(\.claims.ticket)) else {
            for rider in riders { house.watch.release(rider.id) }
            return nil
        }
        do throws(Fault) {
            house.telemetry.jobs.polled(vendor: card.name)
            let reply = try await upstream.reply(to: call, of: account, now: now)
            for rider in riders { land(rider, glance(at: reply, of: rider.id, rider.claims, account, now: now), account) }
            return glance(at: reply, of: id, claims, account, now: now)
        } catch {
            for rider in riders { house.watch.release(rider.id) }
            throw error
        }
    }

    /// What one answer about several jobs says of one of them. A failure is for good, so it is learnt from the job's own answer alone.
    private func glance(at reply: Reply, of id: String, _ claims: Claims, _ account: Account, now: Timestamp) -> Progress? {
        guard let progress = account.vendor.progress(in: reply, for: claims.ticket) else { return nil }
        if case .failed = progress { return nil }
        return expired(progress, of: id, claims, now: now)
    }

    private func land(_ rider: Watch.Rider, _ progress: Progress?, _ account: Account) {
        let landed = clock()
        guard let progress,
            let sight = try? house.watch.land(rider.id, .success(progress), now: monotonic(), time: landed, surfacesFaults: false)
        else { return house.watch.release(rider.id) }
        if sight.ended == landed { end(rider.id, rider.claims, sight, at: account.card) }
    }
}

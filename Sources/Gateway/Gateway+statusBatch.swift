import JobState
import Jobs
import Seal
import Telemetry
import Upstream
import Wire

extension Gateway {
    /// Asks about a job and, where the vendor can be asked about several at once, in the same call about others of its account.
    /// - Returns: what the answer says of the job itself; nil if it is to be asked about alone.
    func pollBatch(_ id: String, _ claims: Claims, account: Account, now: Timestamp) async throws(Fault) -> Progress? {
        let card = account.card
        guard card.maxJobsPerStatusCall > 1 else { return nil }
        shared.statusCache.registerForBatch(id, claims)
        let batchedJobs = shared.statusCache.claimBatch(
            beside: id, on: account.name, now: monotonic(), interval: card.pollInterval, limit: card.maxJobsPerStatusCall - 1)
        guard !batchedJobs.isEmpty else { return nil }
        guard let call = account.vendor.statusCall(for: [claims.ticket] + batchedJobs.map(\.claims.ticket)) else {
            for batched in batchedJobs { shared.statusCache.release(batched.id) }
            return nil
        }
        do throws(Fault) {
            shared.telemetry.jobs.recordPoll(vendor: card.name)
            let reply = try await upstream.send(call, with: account)
            for batched in batchedJobs {
                completeBatched(batched, batchProgress(at: reply, of: batched.id, batched.claims, account, now: now), account: account)
            }
            return batchProgress(at: reply, of: id, claims, account, now: now)
        } catch {
            for batched in batchedJobs { shared.statusCache.release(batched.id) }
            throw error
        }
    }

    /// What one answer about several jobs says of one of them. A failure is for good, so it is learnt from the job's own answer alone.
    private func batchProgress(at reply: Reply, of id: String, _ claims: Claims, _ account: Account, now: Timestamp) -> Progress? {
        guard let progress = account.vendor.progress(in: reply, for: claims.ticket) else { return nil }
        if case .failed = progress { return nil }
        return applyDeadline(progress, of: id, claims, now: now)
    }

    private func completeBatched(_ batched: JobStatusCache.BatchCandidate, _ progress: Progress?, account: Account) {
        let completed = clock()
        guard let progress,
            let snapshot = try? shared.statusCache.complete(
                batched.id, .success(progress), now: monotonic(), time: completed, reportsFaults: false)
        else { return shared.statusCache.release(batched.id) }
        if snapshot.ended == completed { recordEnd(batched.id, batched.claims, status: snapshot, at: account.card) }
    }
}

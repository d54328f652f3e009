import Access
import Dialects
import JobState
import Jobs
import Seal
import Upstream
import Wire

extension Gateway {
    /// Asks the vendor to stop a job that has not ended.
    /// - Throws: `.notImplemented` where the vendor cannot.
    func cancel(_ id: String, for caller: Caller, now: Timestamp) async throws(Fault) -> JobView {
        let opened = try await openJob(id, for: caller.owner)
        let snapshot = try await refreshStatus(of: id, opened, now: now)
        // A job that was offered on is where its last try is.
        let claims = shared.jobMetadata[id]?.currentClaims ?? opened
        let account = try self.account(of: claims)
        guard !snapshot.progress.isFinal else {
            throw Fault(.conflict, "The job has ended already and cannot be cancelled.", code: "already_ended")
        }
        guard let outcome = try await requestCancel(id, claims, account: account, now: now) else {
            throw Fault(.notImplemented, "The vendor of this model cannot cancel jobs.", code: "cancel_not_supported")
        }
        guard outcome != .refused else {
            throw Fault(.conflict, "The vendor did not cancel the job; it may be running already.", code: "cancel_refused")
        }
        let after = try await self.refreshStatus(of: id, opened, now: clock(), fresh: true, isStopped: outcome != .requested)
        return view(of: id, claims, after, for: caller.owner, now: clock())
    }

    /// Asks the vendor to cancel the job.
    /// - Returns: what its answer proves; nil where the vendor cannot cancel.
    func requestCancel(_ id: String, _ claims: Claims, account: Account, now: Timestamp) async throws(Fault) -> CancelOutcome? {
        guard let call = account.vendor.cancelCall(for: claims.ticket) else { return nil }
        let reply = try await upstream.send(call, with: account)
        let outcome = account.vendor.cancelOutcome(from: reply, for: claims.ticket)
        if outcome != .refused { shared.jobMetadata.update(id) { $0.isCancelRequested = true } }
        return outcome
    }
}

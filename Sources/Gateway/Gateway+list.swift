import Access
import Dialects
import JobState
import Jobs
import Journal
import Seal
import Upstream
import Wire

extension Gateway {
    /// A page of the caller's jobs, as far as they are known: no vendor is asked.
    func list(_ page: Page, for caller: Caller, now: Timestamp) async throws(Fault) -> (views: [JobView], hasMore: Bool) {
        let journal = try requireJournal()
        var noSuchPlace = Gateway.noSuchJob
        noSuchPlace.param = "after"
        if let after = page.after, config.claims(of: after, for: caller.owner) == nil { throw noSuchPlace }
        let found: (entries: [JobRecord], hasMore: Bool)?
        do throws(StorageError) {
            found = try await journal.page(of: caller.owner.name, after: page.after, limit: page.limit, newestFirst: page.newestFirst)
        } catch {
            throw error.readFault
        }
        guard let found else { throw noSuchPlace }
        return (found.entries.compactMap { view(of: $0, for: caller.owner, now: now) }, found.hasMore)
    }

    /// Takes a job out of its owner's sight for good. One that is still being made is cancelled first; where its vendor cannot, it stays.
    func delete(_ id: String, for caller: Caller, now: Timestamp) async throws(Fault) -> JobView {
        let journal = try requireJournal()
        let claims = try await openJob(id, for: caller.owner)
        let snapshot = try await refreshStatusIfPossible(of: id, claims, now: now)
        if let snapshot, !snapshot.progress.isFinal {
            try await cancelAtVendor(id, shared.jobMetadata[id]?.currentClaims ?? claims, now: now)
        }
        do throws(StorageError) {
            try await journal.markDeleted(JobRecord(claims, id: id, owner: caller.owner), at: now)
        } catch {
            throw error.readFault
        }
        shared.jobMetadata.markDeleted(id)
        shared.statusCache.notify(id)
        shared.idempotency.forget(id)
        return view(of: id, claims, snapshot ?? .deleted(now), for: caller.owner, now: now)
    }

    /// Where a job stands that is to be deleted; nil if nobody can say any more, so that it can still be deleted.
    private func refreshStatusIfPossible(of id: String, _ claims: Claims, now: Timestamp) async throws(Fault) -> JobStatusCache
        .StatusSnapshot?
    {
        do throws(Fault) {
            return try await refreshStatus(of: id, claims, now: now)
        } catch {
            if [.misconfigured, .notFound, .gone, .vendorNonsense].contains(error.kind) { return nil }
            throw error
        }
    }

    /// Cancels a job that is to be deleted.
    /// - Throws: `.notReady` unless the vendor proves that the job has ended: while it may still be made, its owner must be able to see it.
    private func cancelAtVendor(_ id: String, _ claims: Claims, now: Timestamp) async throws(Fault) {
        let account = try account(of: claims)
        let outcome = try await requestCancel(id, claims, account: account, now: now)
        switch outcome {
        case .cancelled?, .gone?:
            let isFree = outcome == .cancelled && account.card.freeCancelSource != nil
            let fault = Fault(.vendorCancelled, "The job was cancelled and deleted.")
            shared.journal?.recordEnd(id, fault, settled: isFree ? .zero : nil, at: now)
            reportEnd(id, claims, fault: fault, cost: isFree ? .zero : shared.jobMetadata[id]?.cost ?? claims.cost, at: now)
            shared.admission.releaseJob(id, now: monotonic())
        case .requested?:
            throw Fault(
                .notReady,
                "The vendor was asked to cancel the job and has not confirmed it, so the job may still finish. "
                    + "Ask for its status, and delete it when it has ended.", code: "video_in_progress")
        case .refused?, nil:
            throw Fault(
                .notReady, "The job is still being made and cannot be cancelled at its vendor. Delete it when it has ended.",
                code: "video_in_progress")
        }
    }

    private func view(of entry: JobRecord, for owner: Owner, now: Timestamp) -> JobView? {
        guard var claims = config.claims(of: entry.currentAttempt ?? entry.id, for: owner) else { return nil }
        if entry.currentAttempt == nil { claims = self.resolvedClaims(claims, found: entry.sealedClaims, for: owner) }
        guard !claims.isReference else { return nil }
        shared.jobMetadata.storeIfAbsent(entry.id, JobMetadataCache.JobMetadata(entry))
        var snapshot = JobStatusCache.StatusSnapshot(entry)
        if snapshot.ended == nil || entry.state == .done, let seen = shared.statusCache.lastKnown(entry.id) { snapshot = seen }
        snapshot.progress = applyDeadline(snapshot.progress, of: entry.id, claims, now: now)
        var view = view(of: entry.id, claims, snapshot, for: owner, now: now)
        if case .done(let assets) = snapshot.progress, assets.isEmpty {
            view.links = [config.links.link(to: entry.id, of: owner, now: now)]
        }
        view.cost = entry.settled ?? entry.reserved ?? view.cost
        return view
    }

    private func requireJournal() throws(Fault) -> Journal {
        guard let journal = shared.journal else {
            throw Fault(.notImplemented, "Lists and deletes need the journal, which is off.", code: "journal_off")
        }
        return journal
    }
}

extension JobStatusCache.StatusSnapshot {
    fileprivate static func deleted(_ now: Timestamp) -> JobStatusCache.StatusSnapshot {
        JobStatusCache.StatusSnapshot(progress: .failed(Fault(.gone, "The job was deleted.")), percent: 0, learnt: .distantPast, ended: now)
    }
}

extension StorageError {
    /// For reads, and writes that pay for nothing.
    fileprivate var readFault: Fault {
        Fault(
            .storage, "This router's journal cannot be used at the moment.", code: "storage_unavailable", detail: "journal: \(self)",
            retryAfter: .seconds(5))
    }
}

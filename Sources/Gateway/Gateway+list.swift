import Dialects
import Jobs
import Journal
import Seal
import Wire

extension Gateway {
    /// A page of the caller's jobs, as far as they are known: no vendor is asked.
    func list(_ page: Page, for caller: Caller, now: Timestamp) async throws(Fault) -> (views: [JobView], hasMore: Bool) {
        let journal = try neededJournal()
        var noSuchPlace = Gateway.noSuchJob
        noSuchPlace.param = "after"
        if let after = page.after, studio.claims(of: after, for: caller.owner) == nil { throw noSuchPlace }
        let found: (entries: [Entry], hasMore: Bool)?
        do throws(StorageFailure) {
            found = try await journal.page(of: caller.owner.name, after: page.after, limit: page.limit, newestFirst: page.newestFirst)
        } catch {
            throw error.readFault
        }
        guard let found else { throw noSuchPlace }
        return (found.entries.compactMap { view(of: $0, for: caller.owner, now: now) }, found.hasMore)
    }

    /// Takes a job out of its owner's sight for good. One that is still being made is cancelled first; where its vendor cannot, it stays.
    func delete(_ id: String, for caller: Caller, now: Timestamp) async throws(Fault) -> JobView {
        let journal = try neededJournal()
        let claims = try await open(id, for: caller.owner)
        let sight = try await lastSight(of: id, claims, now: now)
        if let sight, !sight.progress.isFinal { try await stop(id, house.records[id]?.attempt ?? claims, now: now) }
        do throws(StorageFailure) {
            try await journal.delete(Entry(claims, id: id, owner: caller.owner), at: now)
        } catch {
            throw error.readFault
        }
        house.records.delete(id)
        house.watch.ring(id)
        house.retries.forget(id)
        return view(of: id, claims, sight ?? .gone(now), for: caller.owner, now: now)
    }

    /// Where a job stands that is to be deleted; nil if nobody can say any more, so that it can still be deleted.
    private func lastSight(of id: String, _ claims: Claims, now: Timestamp) async throws(Fault) -> Watch.Sight? {
        do throws(Fault) {
            return try await sight(of: id, claims, now: now)
        } catch {
            if [.misconfigured, .notFound, .gone, .vendorNonsense].contains(error.kind) { return nil }
            throw error
        }
    }

    /// Cancels a job that is to be deleted.
    /// - Throws: `.notReady` unless the vendor proves that the job has ended: while it may still be made, its owner must be able to see it.
    private func stop(_ id: String, _ claims: Claims, now: Timestamp) async throws(Fault) {
        let account = try account(of: claims)
        let outcome = try await requestCancel(id, claims, account, now: now)
        switch outcome {
        case .cancelled?, .gone?:
            let isFree = outcome == .cancelled && account.card.cancelIsFree != nil
            house.journal?.end(id, Fault(.vendorCancelled, "The job was cancelled and deleted."), settled: isFree ? .zero : nil, at: now)
            house.gates.free(id, now: monotonic())
        case .requested?:
            throw Fault(
                .notReady, "The vendor was asked to cancel the job and has not confirmed it, so the job may still finish. "
                    + "Ask for its status, and delete it when it has ended.", code: "video_in_progress")
        case .refused?, nil:
            throw Fault(
                .notReady, "The job is still being made and cannot be cancelled at its vendor. Delete it when it has ended.",
                code: "video_in_progress")
        }
    }

    private func view(of entry: Entry, for owner: Owner, now: Timestamp) -> JobView? {
        guard var claims = studio.claims(of: entry.current ?? entry.id, for: owner) else { return nil }
        if entry.current == nil { claims = self.claims(claims, found: entry.found, for: owner) }
        guard !claims.isReference else { return nil }
        house.records.keep(entry.id, Records.Record(entry))
        var sight = Watch.Sight(entry)
        if sight.ended == nil || entry.state == .done, let seen = house.watch.peek(entry.id) { sight = seen }
        sight.progress = expired(sight.progress, of: entry.id, claims, now: now)
        var view = view(of: entry.id, claims, sight, for: owner, now: now)
        if case .done(let assets) = sight.progress, assets.isEmpty { view.links = [studio.links.link(to: entry.id, of: owner, now: now)] }
        view.cost = entry.settled ?? entry.reserved ?? view.cost
        return view
    }

    private func neededJournal() throws(Fault) -> Journal {
        guard let journal = house.journal else {
            throw Fault(.notImplemented, "Lists and deletes need the journal, which is off.", code: "journal_off")
        }
        return journal
    }
}

extension Watch.Sight {
    fileprivate static func gone(_ now: Timestamp) -> Watch.Sight {
        Watch.Sight(progress: .failed(Fault(.gone, "The job was deleted.")), percent: 0, learnt: .longAgo, ended: now)
    }
}

extension StorageFailure {
    /// For reads, and writes that pay for nothing.
    fileprivate var readFault: Fault {
        Fault(
            .storage, "This router's journal cannot be used at the moment.", code: "storage_unavailable", detail: "journal: \(self)",
            retryAfter: .seconds(5))
    }
}

import Dialects
import JobState
import Jobs
import Journal
import Seal
import Wire

/// Lists an owner's jobs.
final class JobLister {
    private let lookup: JobLookup
    private let poller: StatusPoller
    private let views: JobViewBuilder
    /// Nil if no results are kept.
    private let kept: KeptResults?
    private let config: RuntimeConfig
    private let journal: Journal?
    private let metadata: JobMetadataCache
    private let statusCache: JobStatusCache

    init(_ dependencies: Dependencies, lookup: JobLookup, poller: StatusPoller, views: JobViewBuilder, kept: KeptResults?) {
        self.kept = kept
        self.lookup = lookup
        self.poller = poller
        self.views = views
        config = dependencies.config
        journal = dependencies.shared.journal
        metadata = dependencies.shared.jobMetadata
        statusCache = dependencies.shared.statusCache
    }

    /// A page of the owner's jobs with their last known status. No vendor is asked.
    func page(_ page: Page, of owner: Owner) async throws(Fault) -> (views: [JobView], hasMore: Bool) {
        let journal = try Journal.require(journal)
        var noSuchStart = JobLookup.noSuchJob
        noSuchStart.param = "after"
        if let after = page.after, config.claims(of: after, for: owner) == nil { throw noSuchStart }
        let found: (entries: [JobRecord], hasMore: Bool)?
        do throws(StorageError) {
            found = try await journal.page(of: owner.name, after: page.after, limit: page.limit, newestFirst: page.newestFirst)
        } catch {
            throw error.readFault
        }
        guard let found else { throw noSuchStart }
        let expiries = await kept?.expiries(of: found.entries) ?? [:]
        return (found.entries.compactMap { view(of: $0, for: owner, keptUntil: expiries[$0.id]) }, found.hasMore)
    }

    private func view(of record: JobRecord, for owner: Owner, keptUntil: Timestamp?) -> JobView? {
        guard let job = lookup.job(from: record, for: owner) else { return nil }
        metadata.storeIfAbsent(job.id, JobMetadataCache.JobMetadata(record))
        var snapshot = JobStatusCache.StatusSnapshot(record)
        if snapshot.ended == nil || record.state == .done, let known = statusCache.lastKnown(job.id) { snapshot = known }
        snapshot.progress = poller.applyDeadline(to: snapshot.progress, of: job)
        var view = views.view(of: job, snapshot)
        // The journal does not hold the assets of a finished job.
        if case .done(let assets) = snapshot.progress, assets.isEmpty { view.links = [views.link(to: job)] }
        view.expires = keptUntil ?? view.expires
        view.cost = record.settled ?? record.reserved ?? view.cost
        return view
    }
}

extension Journal {
    /// - Throws: `.notImplemented` if the journal is off.
    static func require(_ journal: Journal?) throws(Fault) -> Journal {
        guard let journal else {
            throw Fault(.notImplemented, "Lists and deletes need the journal, which is off.", code: "journal_off")
        }
        return journal
    }
}

extension StorageError {
    /// For reads, and for writes that pay for nothing.
    var readFault: Fault {
        Fault(
            .storage, "This router's journal cannot be used at the moment.", code: "storage_unavailable", detail: "journal: \(self)",
            retryAfter: .seconds(5))
    }
}

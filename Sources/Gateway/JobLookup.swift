import JobState
import Jobs
import Journal
import Seal
import Upstream
import Wire

/// Opens job ids, and reads what the journal knows of their jobs.
final class JobLookup {
    private let config: RuntimeConfig
    private let journal: Journal?
    private let metadata: JobMetadataCache
    private let statusCache: JobStatusCache

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        journal = dependencies.shared.journal
        metadata = dependencies.shared.jobMetadata
        statusCache = dependencies.shared.statusCache
    }

    static let noSuchJob = Fault(.notFound, "No such video job.", param: "video_id", code: "not_found")

    /// Opens the id of one of this owner's jobs.
    /// - Throws: the same `.notFound` for every other text, and for a job that its owner has deleted.
    func open(_ id: String, for owner: Owner) async throws(Fault) -> OpenedJob {
        guard let claims = config.claims(of: id, for: owner) else { throw JobLookup.noSuchJob }
        if let known = metadata[id] { return try job(id, claims, of: owner, metadata: known) }
        return try job(id, claims, of: owner, metadata: await readMetadata(of: id))
    }

    /// The job with the claims of its current attempt: it may have failed over since it was opened.
    func current(_ job: OpenedJob) -> OpenedJob {
        guard let claims = metadata[job.id]?.currentClaims, claims != job.claims else { return job }
        return OpenedJob(id: job.id, owner: job.owner, claims: claims)
    }

    /// The metadata of a job: from memory, else from the journal, which is read once. Nil if neither has any.
    @discardableResult
    func loadMetadata(of id: String) async -> JobMetadataCache.JobMetadata? {
        if let known = metadata[id] { return known }
        return await readMetadata(of: id)
    }

    /// The claims of a job whose id does not hold them: an intent whose job was found later, or a reference to the journal.
    /// - Parameter sealedClaims: from the journal.
    /// - Returns: a reference, if the journal does not hold the claims either.
    func resolve(_ claims: Claims, sealedClaims: String?, for owner: Owner) -> Claims {
        guard claims.ticket.fields.isEmpty, let sealedClaims else { return claims }
        return config.claims(of: sealedClaims, for: owner) ?? claims
    }

    /// The job of a journal record, with the claims of its current attempt; nil if they are lost.
    func job(from record: JobRecord, for owner: Owner) -> OpenedJob? {
        let attempt = record.currentAttempt.map { config.claims(of: $0, for: owner) } ?? originalClaims(from: record, for: owner)
        guard let attempt, !attempt.isReference else { return nil }
        return OpenedJob(id: record.id, owner: owner, claims: attempt)
    }

    /// The claims of the first attempt of a journal record; nil if they are lost.
    func originalClaims(from record: JobRecord, for owner: Owner) -> Claims? {
        guard let sealed = config.claims(of: record.id, for: owner) else { return nil }
        let claims = resolve(sealed, sealedClaims: record.sealedClaims, for: owner)
        return claims.isReference ? nil : claims
    }

    /// The account that made the job.
    /// - Throws: `.misconfigured` if the configuration no longer has it.
    func account(of claims: Claims) throws(Fault) -> Account {
        guard let account = config.accounts[claims.account], account.card.name == claims.vendor else {
            throw Fault(
                .misconfigured, "The account that started this job is not configured any more.", code: "account_missing",
                detail: "account '\(claims.account)' of vendor '\(claims.vendor)'")
        }
        return account
    }

    private func job(
        _ id: String, _ claims: Claims, of owner: Owner, metadata known: JobMetadataCache.JobMetadata?
    ) throws(Fault) -> OpenedJob {
        guard known?.isDeleted != true else { throw JobLookup.noSuchJob }
        if known == nil, claims.ticket.fields.isEmpty { try requireReadableJournal(for: claims) }
        guard let attemptID = known?.currentAttemptID else {
            let claims = resolve(claims, sealedClaims: known?.sealedClaims, for: owner)
            guard !claims.isReference else { throw JobLookup.noSuchJob }
            return OpenedJob(id: id, owner: owner, claims: claims)
        }
        if let attempt = known?.currentClaims { return OpenedJob(id: id, owner: owner, claims: attempt) }
        let attempt = config.claims(of: attemptID, for: owner)
        metadata.update(id) { $0.currentClaims = attempt }
        return OpenedJob(id: id, owner: owner, claims: attempt ?? claims)
    }

    private func readMetadata(of id: String) async -> JobMetadataCache.JobMetadata? {
        guard let journal else { return nil }
        do throws(StorageError) {
            let record = try await journal.jobRecord(id)
            if let record, [.failed, .cancelled, .ambiguous].contains(record.state) {
                statusCache.restore(id, JobStatusCache.StatusSnapshot(record))
            }
            return metadata.storeIfAbsent(id, record.map(JobMetadataCache.JobMetadata.init) ?? JobMetadataCache.JobMetadata())
        } catch {
            // Status and content need the id alone.
            return nil
        }
    }

    /// An id without a ticket identifies no job at the vendor, so the journal must be readable.
    private func requireReadableJournal(for claims: Claims) throws(Fault) {
        if journal != nil {
            throw Fault(
                .storage, "This router's journal cannot be used at the moment.", code: "storage_unavailable", retryAfter: .seconds(5))
        }
        guard claims.isReference else { return }
        throw Fault(.misconfigured, "This job is recorded in the journal, which is off.", code: "journal_off")
    }
}

extension JobStatusCache.StatusSnapshot {
    /// The status that the journal has of a job that was not polled since the start.
    init(_ record: JobRecord) {
        let ended = record.ended ?? record.created
        switch record.state {
        case .failed, .cancelled:
            self.init(
                progress: .failed(record.fault ?? Fault(.vendorFailed, "The job failed.")), percent: 0, learnt: .distantPast, ended: ended)
        case .ambiguous:
            self.init(progress: .failed(record.fault ?? IntentRecorder.ambiguousCreate), percent: 0, learnt: .distantPast, ended: ended)
        case .done:
            self.init(progress: .done([]), percent: 100, learnt: .distantPast, ended: ended)
        case .intended, .accepted, .notSent, .deleted:
            self.init(progress: .running(percent: nil), percent: 0, learnt: .distantPast, ended: nil)
        }
    }
}

/// A job whose id was opened for its owner. An object, because its claims are large and most use cases pass it on.
final class OpenedJob: Sendable {
    let id: String
    let owner: Owner
    /// Those of the current attempt, if the job has failed over to another vendor.
    let claims: Claims

    init(id: String, owner: Owner, claims: Claims) {
        self.id = id
        self.owner = owner
        self.claims = claims
    }
}

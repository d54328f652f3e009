import Access
import Crypto
import Dialects
import JobState
import Jobs
import Journal
import Seal
import Telemetry
import Wire

extension Gateway {
    /// Writes down that a paid call is about to leave.
    /// - Parameter claims: what is known of the job before the vendor has it.
    /// - Returns: the id of the intent, which is the job's own if it comes to nothing certain; nil without a journal.
    /// - Throws: `.storage` if the intent is not on the disk, `.budget` if the job does not fit. Then the call must not be made.
    func recordIntent(
        _ claims: Claims, _ createCommand: CreateCommand, request createRequest: CreateRequest, correlationKey: CorrelationKey?,
        for caller: Caller, storedRequest: StoredRequest?
    ) async throws(Fault) -> String? {
        guard let journal = shared.journal else { return nil }
        let sealed = config.seal(claims, for: createRequest.owner, hasJournal: true)
        var entry = JobRecord(claims, id: sealed.id, owner: createRequest.owner)
        entry.sealedClaims = sealed.sealedClaims
        entry.prompt = createCommand.job.prompt
        entry.previousID = createCommand.previous
        entry.requestID = createRequest.requestID
        entry.reserved = claims.cost
        entry.idempotencyKey = createRequest.key
        entry.requestDigest = createRequest.digest?.bytes
        entry.correlationKey = correlationKey?.text
        let verdict: BudgetDecision
        do throws(StorageError) {
            verdict = try await journal.recordIntent(
                entry, within: spendingLimit(of: caller, now: claims.created), storedRequest: storedRequest)
        } catch {
            if error.kind == .constraint { throw IdempotencyStore.stillInProgress }
            throw error.fault
        }
        if case .exceeded(let spent) = verdict { throw Gateway.overBudget(caller, spent: spent, cost: claims.cost, now: claims.created) }
        return sealed.id
    }

    /// Makes the job's id and writes down that the vendor has the job. Should that fail, the client gets an id that needs no journal.
    func recordAccepted(_ intent: String?, _ claims: Claims, for owner: Owner) async -> SealedID {
        guard let journal = shared.journal, let intent else { return config.seal(claims, for: owner, hasJournal: false) }
        let sealed = config.seal(claims, for: owner, hasJournal: true)
        do throws(StorageError) {
            try await journal.recordAccepted(intent, as: sealed.id, sealedClaims: sealed.sealedClaims, ticket: claims.ticket)
            return sealed
        } catch {
            shared.telemetry.recordJournalFailure("accepted: \(error)")
            guard sealed.sealedClaims != nil else { return sealed }
            let alone = config.seal(claims, for: owner, hasJournal: false)
            journal.replaceID(sealed.id, with: alone.id)
            return alone
        }
    }

    /// Writes down how a paid call failed.
    /// - Parameters:
    ///   - sent: when the call began.
    ///   - reply: what the vendor said, if anything could be read.
    func recordFailure(_ intent: String?, _ fault: Fault, claims: Claims, correlationKey: CorrelationKey?, sent: Timestamp, reply: Reply?)
        async
    {
        if fault.sent == .maybe { shared.telemetry.jobs.recordAmbiguousCreate(vendor: claims.vendor) }
        guard let journal = shared.journal, let intent else { return }
        let now = clock()
        do throws(StorageError) {
            if fault.sent == .maybe {
                try await journal.markAmbiguous(
                    intent, because: fault,
                    trace: Gateway.vendorTrace(claims, correlationKey: correlationKey, reply: reply, sent: sent, until: now), at: now)
            } else {
                try await journal.markNotSent(intent, because: fault, at: now)
            }
        } catch {
            shared.telemetry.recordJournalFailure("outcome: \(error)")
        }
    }

    /// Writes down a job's first end, gives back its slot and settles what it costs: as the vendor told it, else as was expected. What
    /// vendors failed to finish they do not charge for; of a job that never came to an end the cost is unknown.
    /// No caller waits for it.
    func recordEnd(_ id: String, _ claims: Claims, status snapshot: JobStatusCache.StatusSnapshot, at card: VendorCard) {
        guard let ended = snapshot.ended else { return }
        shared.admission.releaseJob(id, now: monotonic())
        var fault: Fault?
        if case .failed(let failure) = snapshot.progress { fault = failure }
        let isFree = fault.map { isKnownFree(id, $0, at: card) } ?? false
        let settled = shared.jobMetadata[id]?.reportedCost ?? (isFree ? .zero : nil)
        if let settled { shared.jobMetadata.update(id) { $0.cost = settled } }
        shared.journal?.recordEnd(id, fault, settled: settled, at: ended)
        reportEnd(id, claims, fault: fault, cost: settled ?? shared.jobMetadata[id]?.cost ?? claims.cost, at: ended)
    }

    /// Logs and counts an end.
    func reportEnd(_ id: String, _ claims: Claims, fault: Fault?, cost: Money?, at ended: Timestamp) {
        let owner = shared.jobMetadata[id]?.owner
        shared.telemetry.record(
            AccessLogEntry.Job(id: id, vendor: claims.vendor, model: claims.model, cost: cost?.dollars), account: claims.account,
            owner: owner,
            outcome: fault.map(\.outcome) ?? "completed", after: ended - claims.created)
        guard let cost, let owner else { return }
        shared.telemetry.jobs.recordSettlement(dollars: cost.dollars, key: owner, vendor: claims.vendor)
    }

    /// Whether a job that ended so is known to cost nothing. Of a job that was cancelled that is known only where the vendor says so.
    private func isKnownFree(_ id: String, _ fault: Fault, at card: VendorCard) -> Bool {
        switch fault.kind {
        case .vendorExpired: false
        case .vendorCancelled: card.freeCancelSource != nil
        default: fault.sent != .maybe && (card.freeCancelSource != nil || shared.jobMetadata[id]?.isCancelRequested != true)
        }
    }

    /// What is known of a job beside its id: from memory, else from the journal, once. Nil if there is nothing.
    @discardableResult
    func loadMetadata(_ id: String) async -> JobMetadataCache.JobMetadata? {
        if let known = shared.jobMetadata[id] { return known }
        guard let journal = shared.journal else { return nil }
        do throws(StorageError) {
            let entry = try await journal.jobRecord(id)
            if let entry, [.failed, .cancelled, .ambiguous].contains(entry.state) {
                shared.statusCache.restore(id, JobStatusCache.StatusSnapshot(entry))
            }
            return shared.jobMetadata.storeIfAbsent(id, entry.map(JobMetadataCache.JobMetadata.init) ?? JobMetadataCache.JobMetadata())
        } catch {
            // Status and content need the id alone.
            return nil
        }
    }

    static let ambiguousCreate = Fault(
        .createAmbiguous, "The vendor may have accepted the job, but its answer was lost. Nothing is sent again by itself.",
        code: "create_ambiguous", sent: .maybe)

    /// Where a person should look at the vendor.
    static func vendorTrace(
        _ claims: Claims, correlationKey: CorrelationKey? = nil, reply: Reply?, sent: Timestamp, until now: Timestamp
    ) -> String {
        var parts = ["called between \(sent.iso8601) and \(now.iso8601)"]
        if let correlationKey { parts.append("correlation key sent to the vendor: " + correlationKey.fields.joined(separator: " ")) }
        if let reply {
            parts.append("answered with HTTP \(reply.status)")
            parts += reply.headers.fields.filter { isTracing($0.name) }.map { "\($0.name): \($0.value.prefix(200))" }
            parts += reply.json.map { ids(in: $0) } ?? []
        }
        if !claims.ticket.fields.isEmpty { parts.append("ticket: " + claims.ticket.fields.joined(separator: " ")) }
        return parts.joined(separator: "; ")
    }

    /// The members of an answer that may be the vendor's name for the job: `id: …`, `task_id: …`, at the top and one level below.
    private static func ids(in json: JSON, isNested: Bool = false) -> [String] {
        var found: [String] = []
        for (name, value) in json.members {
            let word = name.lowercased()
            if ["id", "name"].contains(word) || word.hasSuffix("_id") || name.hasSuffix("Id") {
                if let text = value.string ?? value.numberText, !text.isEmpty { found.append("\(name): \(text.prefix(2000))") }
            } else if !isNested {
                found += ids(in: value, isNested: true)
            }
        }
        return Array(found.prefix(8))
    }

    /// `x-request-id`, `x-amzn-requestid`, `x-tt-logid`, `cf-ray`, …
    private static func isTracing(_ name: String) -> Bool {
        let plain = name.filter { $0 != "-" }
        return ["requestid", "traceid", "logid", "cfray", "correlationid"].contains { plain.contains($0) }
    }
}

extension JobRecord {
    /// What an id says, as a row.
    init(_ claims: Claims, id: String, owner: Owner) {
        self.init(
            owner: owner.name, id: id, created: claims.created, account: claims.account, vendor: claims.vendor, model: claims.model,
            requestedModel: claims.requestedModel, dialect: claims.dialect)
        operation = claims.operation.name
        seconds = claims.seconds
        size = claims.size
    }
}

extension JobStatusCache.StatusSnapshot {
    /// What the journal knows of a job that nobody has asked about since the start.
    init(_ entry: JobRecord) {
        let ended = entry.ended ?? entry.created
        switch entry.state {
        case .failed, .cancelled:
            self.init(
                progress: .failed(entry.fault ?? Fault(.vendorFailed, "The job failed.")), percent: 0, learnt: .distantPast, ended: ended)
        case .ambiguous:
            self.init(progress: .failed(entry.fault ?? Gateway.ambiguousCreate), percent: 0, learnt: .distantPast, ended: ended)
        case .done:
            self.init(progress: .done([]), percent: 100, learnt: .distantPast, ended: ended)
        case .intended, .accepted, .notSent, .deleted:
            self.init(progress: .running(percent: nil), percent: 0, learnt: .distantPast, ended: nil)
        }
    }
}

extension Fault {
    /// How a job ended with it, for the metrics.
    fileprivate var outcome: String {
        if sent == .maybe { return "ambiguous" }
        switch kind {
        case .moderated: return "moderated"
        case .vendorCancelled: return "cancelled"
        case .vendorExpired: return "expired"
        default: return "failed"
        }
    }
}

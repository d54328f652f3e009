import Access
import Catalog
import Dialects
import JobState
import Jobs
import Journal
import Net
import Routing
import Routing
import Seal
import Server
import Telemetry
import Upstream
import Wire

/// Starts a job that failed at its vendor at the next vendor of its alias, under the id that its owner has. This makes a paid call.
final class JobFailover {
    private let config: RuntimeConfig
    private let policy: FailoverPolicy
    private let candidates: CandidateSelector
    private let calls: CallPreparer
    private let paidCalls: PaidCallSender
    private let admission: AdmissionController
    private let memory: BodyMemoryBudget
    private let metadata: JobMetadataCache
    private let journal: Journal?
    private let telemetry: Telemetry
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant

    init(
        _ dependencies: Dependencies, policy: FailoverPolicy, candidates: CandidateSelector, calls: CallPreparer, paidCalls: PaidCallSender
    ) {
        self.policy = policy
        self.candidates = candidates
        self.calls = calls
        self.paidCalls = paidCalls
        config = dependencies.config
        admission = dependencies.shared.admission
        memory = dependencies.shared.memory
        metadata = dependencies.shared.jobMetadata
        journal = dependencies.shared.journal
        telemetry = dependencies.shared.telemetry
        clock = dependencies.clock
        monotonic = dependencies.monotonic
    }

    /// Starts the job again, if its alias allows that and has a try left.
    /// - Returns: its status if it was started again, or waits for a free slot; nil if the failure is its end.
    func failOver(_ job: OpenedJob, after fault: Fault) async -> Progress? {
        guard let journal, policy.allowsFailover(of: job, after: fault), let record = try? await journal.jobRecord(job.id) else {
            return nil
        }
        switch record.state {
        case .accepted where (record.currentAttempt ?? job.id) == (metadata[job.id]?.currentAttemptID ?? job.id): break
        case .accepted, .intended: return adoptFailover(record)
        case .ambiguous: return .failed(record.fault ?? IntentRecorder.ambiguousCreate)
        default: return nil
        }
        admission.releaseJob(job.id, now: monotonic())
        telemetry.log(
            .debug, "job failed at its vendor", fields: ["job": job.id, "account": job.claims.account, "fault": fault.kind.rawValue])
        guard let caller = config.authenticator.caller(named: record.owner), let stored = try? await journal.storedRequest(of: job.id),
            let command = createCommand(from: stored, in: job.claims.dialect)
        else { return nil }
        let failover = Failover(job: job, record: record, command: command, caller: caller)
        let rest = policy.remainingTries(of: job, tried: failover.record.failedAttempts)
        return await startFirstPermitted(failover, rest.compactMap { try? candidates.candidate(for: $0, command.job, caller: caller) })
    }

    /// Takes over the failover that another program with the same journal has made.
    private func adoptFailover(_ record: JobRecord) -> Progress {
        metadata.update(record.id) { known in
            (known.currentAttemptID, known.failoverNote) = (record.currentAttempt, record.failoverNotice)
            known.currentClaims = record.currentAttempt.flatMap { config.claims(of: $0, for: Owner(name: record.owner)) }
        }
        return .queued
    }

    /// Starts the job at the first account that takes it. Accounts without a free slot are tried again at the next poll.
    private func startFirstPermitted(_ failover: Failover, _ candidates: [Candidate]) async -> Progress? {
        var candidates = candidates
        let id = failover.job.id
        while !candidates.isEmpty {
            let request = AdmissionController.AdmissionRequest(
                accounts: candidates.map { ($0.account.name, $0.attempt.model.name, $0.account.bounds) }, owner: failover.caller.owner,
                until: deadline(of: failover.job.claims), deadline: nil)
            guard case .permitted(let permit) = admission.requestPermit(request, now: monotonic()) else {
                return isWithinFailoverWindow(id) ? .queued : nil
            }
            do throws(Fault) {
                return try await start(failover, at: candidates[permit.tryIndex], permit: permit)
            } catch {
                admission.release(permit, because: error, now: monotonic())
                if error.sent == .maybe { return .failed(error) }
                if [.storage, .storageFull].contains(error.kind), isWithinFailoverWindow(id) { return .queued }
                guard error.mayTryNext else { return nil }
                candidates.removeTries(like: candidates[permit.tryIndex], at: permit.tryIndex, after: error)
            }
        }
        return nil
    }

    /// The end of the job's time, on the monotonic clock.
    private func deadline(of claims: Claims) -> Instant { monotonic() + (claims.created + config.limits.jobTimeout - clock()) }

    /// Starts the time in which the job waits for a free slot, and checks that it is not over.
    private func isWithinFailoverWindow(_ id: String) -> Bool {
        let now = monotonic()
        metadata.update(id) { $0.failingSince = $0.failingSince ?? now }
        return metadata[id]?.failingSince.map { now - $0 < config.limits.failoverWindow } ?? false
    }

    /// Makes one more paid call for the job: an intent is on the disk before it, an outcome after it.
    private func start(_ failover: Failover, at candidate: Candidate, permit: AdmissionController.Permit) async throws(Fault) -> Progress? {
        guard let journal else { return nil }
        let id = failover.job.id
        let media = MemoryReservation(memory, retryAfter: config.limits.overloadRetryAfter)
        defer { withExtendedLifetime(media) {} }
        let call = try await calls.prepareCall(for: candidate, of: failover.caller.owner, memory: media).call
        var record = failover.record(at: candidate)
        record.correlationKey = call.correlationKey?.text
        var claims = failover.claims(at: candidate)
        guard try await recordIntent(record, of: failover, candidate: candidate, in: journal) else {
            admission.release(permit, because: Fault(.conflict, "Another program has failed the job over."), now: monotonic())
            return .queued
        }
        switch await paidCalls.send(call, for: candidate, claims: claims) {
        case .accepted(let ticket, let reportedCost):
            claims.ticket = ticket
            let attemptID = config.sealWhole(claims, for: failover.caller.owner)
            await report { () async throws(StorageError) in
                try await journal.recordFailoverAccepted(id, current: attemptID, ticket: ticket)
            }
            metadata.update(id) { known in
                (known.currentAttemptID, known.currentClaims, known.failoverNote) = (attemptID, claims, record.failoverNotice)
                known.failingSince = nil
                (known.cost, known.reportedCost) = (reportedCost ?? candidate.cost, reportedCost)
            }
            recordTelemetry(failover, claims, cost: reportedCost ?? candidate.cost)
            admission.commit(permit, as: id, of: failover.caller.owner, until: deadline(of: claims), now: monotonic())
            return .queued
        case .failed(let fault, let trace):
            let now = clock()
            await report { () async throws(StorageError) in
                if fault.sent == .maybe {
                    try await journal.markAmbiguous(id, because: fault, trace: trace, at: now)
                } else {
                    try await journal.markFailoverNotSent(id)
                }
            }
            throw fault
        }
    }

    /// - Returns: false if another program has failed the job over already.
    private func recordIntent(
        _ record: JobRecord, of failover: Failover, candidate: Candidate, in journal: Journal
    ) async throws(Fault) -> Bool {
        let (caller, created) = (failover.caller, failover.job.claims.created)
        let decision: Journal.FailoverDecision
        do throws(StorageError) {
            decision = try await journal.recordFailover(
                record, after: failover.record.currentAttempt ?? record.id, within: caller.spendingLimit(at: created))
        } catch {
            throw error.fault
        }
        switch decision {
        case .superseded: return false
        case .exceeded(let spent): throw caller.overBudget(spent: spent, cost: candidate.cost, at: created)
        case .recorded: return true
        }
    }

    private func recordTelemetry(_ failover: Failover, _ claims: Claims, cost: Money?) {
        let failed = failover.job.claims
        telemetry.jobs.recordEnded(
            vendor: failed.vendor, model: failed.model, outcome: "failed_over", after: clock() - failed.created)
        telemetry.jobs.recordAccepted(vendor: claims.vendor, model: claims.model, dollars: cost?.dollars, key: failover.caller.owner.name)
    }

    /// Reports a failed write. The vendor has the job then, or has refused it: neither can be undone.
    private func report(_ write: () async throws(StorageError) -> Void) async {
        do throws(StorageError) { try await write() } catch { telemetry.recordJournalFailure("outcome of a failover: \(error)") }
    }

    /// Reads a stored request with the dialect that read it at first; nil if that no longer works.
    private func createCommand(from stored: StoredRequest, in dialect: String) -> CreateCommand? {
        var request = Request(
            method: .post, path: stored.path, query: Query(parsing: Bytes(stored.query.utf8)[...]), body: stored.body[...])
        if let type = stored.type { request.headers.set(.contentType, type) }
        guard case .entries(let entries, let captures) = config.routeTable.find(.post, stored.path),
            let entry = entries.first(where: { $0.dialect.name == dialect }),
            case .create(let command)? = try? entry.dialect.read(
                request, at: Route.Match(action: entry.route.action, captures: captures)), command.previous == nil
        else { return nil }
        return command
    }
}

/// A failed job on its way to another vendor.
private struct Failover {
    let job: OpenedJob
    /// The failed attempt is among its failed attempts.
    let record: JobRecord
    let command: CreateCommand
    let caller: Caller

    init(job: OpenedJob, record: JobRecord, command: CreateCommand, caller: Caller) {
        var record = record
        record.failedAttempts.append(Plan.key(job.claims.account, job.claims.model))
        (self.job, self.record, self.command, self.caller) = (job, record, command, caller)
    }

    func record(at candidate: Candidate) -> JobRecord {
        var record = record
        record.account = candidate.account.name
        record.vendor = candidate.account.card.name
        record.model = candidate.attempt.model.name
        record.reserved = candidate.cost
        let changes = candidate.checked.warnings.compactMap(\.adapted).joined(separator: ", ")
        record.failoverNotice =
            "The job failed at '\(job.claims.vendor)/\(job.claims.model)' and was given to '\(candidate.attempt.model.fullName)'"
            + (changes.isEmpty ? "." : ": \(changes).")
        return record
    }

    /// The claims of the new attempt. What the owner sees of the job stays.
    func claims(at candidate: Candidate) -> Claims {
        var claims = job.claims
        claims.account = candidate.account.name
        claims.vendor = candidate.account.card.name
        claims.model = candidate.attempt.model.name
        claims.ticket = Ticket()
        claims.cost = candidate.cost
        return claims
    }
}

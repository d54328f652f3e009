import Access
import Catalog
import Dialects
import JobState
import Jobs
import Journal
import Routing
import Seal
import Telemetry
import Upstream
import Wire

/// A job that failed at its vendor through no fault of its own and is offered to the next try of its alias (`on_failure: next`), under the
/// id that its owner has. The code that learns of the failure does it: a poll, a held create, or a create that waits for the job's slot.
extension Gateway {
    /// The request to make a job again from; nil unless its alias may want that.
    func storedRequest(for createRequest: CreateRequest, _ attempt: Plan.Try, of plan: Plan) -> StoredRequest? {
        let request = createRequest.request
        guard shared.journal != nil, !plan.next(after: attempt.account, attempt.model.name, tried: []).isEmpty else { return nil }
        guard request.body.count <= config.limits.maxJournalRequestBytes else { return nil }
        return StoredRequest(
            path: request.path, query: request.query.encoded, type: request.headers[.contentType], body: Bytes(request.body))
    }

    /// What becomes of a job that failed.
    /// - Returns: its state if it is made again, or will be; nil where the failure is its end.
    func failOver(_ id: String, _ claims: Claims, after fault: Fault, now: Timestamp) async -> Progress? {
        guard fault.maySucceedElsewhere, let journal = shared.journal, let plan = try? self.plan(for: claims.requestedModel),
            !plan.next(after: claims.account, claims.model, tried: []).isEmpty, let entry = try? await journal.jobRecord(id)
        else { return nil }
        switch entry.state {
        case .accepted where (entry.currentAttempt ?? id) == (shared.jobMetadata[id]?.currentAttemptID ?? id): break
        case .accepted, .intended: return adoptFailover(entry)
        case .ambiguous: return .failed(entry.fault ?? Gateway.ambiguousCreate)
        default: return nil
        }
        shared.admission.releaseJob(id, now: monotonic())
        shared.telemetry.log(
            .debug, "job failed at its vendor", fields: ["job": id, "account": claims.account, "fault": fault.kind.rawValue])
        guard let caller = config.authenticator.caller(named: entry.owner), let storedRequest = try? await journal.storedRequest(of: id),
            let createCommand = self.createCommand(from: storedRequest, in: claims.dialect)
        else { return nil }
        var failover = Failover(entry: entry, claims: claims, createCommand: createCommand, caller: caller)
        failover.entry.failedAttempts.append(Plan.key(claims.account, claims.model))
        let rest = plan.next(after: claims.account, claims.model, tried: failover.entry.failedAttempts)
        let candidates = rest.compactMap { attempt in
            config.accounts[attempt.account].flatMap { try? candidate(createCommand.job, attempt, account: $0, for: caller) }
        }
        return await tryCandidates(failover, candidates, now: now)
    }

    /// Another program with the same journal is at it, or was.
    private func adoptFailover(_ entry: JobRecord) -> Progress {
        shared.jobMetadata.update(entry.id) { record in
            (record.currentAttemptID, record.failoverNote) = (entry.currentAttempt, entry.failoverNotice)
            record.currentClaims = entry.currentAttempt.flatMap { config.claims(of: $0, for: Owner(name: entry.owner)) }
        }
        return .queued
    }

    /// Goes through what is left of the plan until somebody takes the job. Accounts that have no room now are waited for, poll by poll.
    private func tryCandidates(_ failover: Failover, _ candidates: [Candidate], now: Timestamp) async -> Progress? {
        var candidates = candidates
        while !candidates.isEmpty {
            let admissionRequest = AdmissionController.AdmissionRequest(
                accounts: candidates.map { ($0.account.name, $0.attempt.model.name, $0.account.bounds) }, owner: failover.caller.owner,
                until: deadline(of: failover.claims), deadline: nil)
            guard case .permitted(let permit) = shared.admission.requestPermit(admissionRequest, now: monotonic()) else {
                return checkFailoverWindow(of: failover.entry.id) ? .queued : nil
            }
            do throws(Fault) {
                return try await startFailover(failover, at: candidates[permit.tryIndex], permit: permit)
            } catch {
                shared.admission.release(permit, because: error, now: monotonic())
                if error.sent == .maybe { return .failed(error) }
                if [.storage, .storageFull].contains(error.kind), checkFailoverWindow(of: failover.entry.id) { return .queued }
                guard error.mayTryNext else { return nil }
                candidates.removeTries(like: candidates[permit.tryIndex], at: permit.tryIndex, after: error)
            }
        }
        return nil
    }

    /// When the job's time is over, as the clocks stand now.
    private func deadline(of claims: Claims) -> Instant { monotonic() + (claims.created + config.limits.jobTimeout - clock()) }

    private func checkFailoverWindow(of id: String) -> Bool {
        let now = monotonic()
        shared.jobMetadata.update(id) { $0.failingSince = $0.failingSince ?? now }
        return shared.jobMetadata[id]?.failingSince.map { now - $0 < config.limits.failoverWindow } ?? false
    }

    /// One more paid call for the same job: behind an intent on the disk, and in front of an outcome on the disk.
    private func startFailover(_ failover: Failover, at candidate: Candidate, permit: AdmissionController.Permit) async throws(Fault)
        -> Progress?
    {
        guard let journal = shared.journal else { return nil }
        let (id, account) = (failover.entry.id, candidate.account)
        let memory = MemoryReservation(shared.memory, retryAfter: config.limits.overloadRetryAfter)
        defer { withExtendedLifetime(memory) {} }
        let call = try await prepareCall(for: candidate, of: failover.caller.owner, memory: memory, now: clock()).call
        var entry = failover.record(at: candidate)
        entry.correlationKey = call.correlationKey?.text
        var claims = failover.claims(at: candidate)
        let made: Journal.FailoverDecision
        do throws(StorageError) {
            made = try await journal.recordFailover(
                entry, after: failover.entry.currentAttempt ?? id, within: spendingLimit(of: failover.caller, now: claims.created))
        } catch {
            throw error.fault
        }
        switch made {
        case .superseded:
            shared.admission.release(permit, because: Fault(.conflict, "Another program has offered the job."), now: monotonic())
            return .queued
        case .exceeded(let spent): throw Gateway.overBudget(failover.caller, spent: spent, cost: candidate.cost, now: claims.created)
        case .recorded: break
        }
        let sent = clock()
        var lastReply: Reply?
        do throws(Fault) {
            let reply = try await upstream.send(call, with: account)
            lastReply = reply
            claims.ticket = try Upstream.ticket(
                from: reply, to: call, of: candidate.checked, with: account, requestedModel: claims.requestedModel)
            let current = config.sealWhole(claims, for: failover.caller.owner)
            let ticket = claims.ticket
            await recordOutcome { () async throws(StorageError) in
                try await journal.recordFailoverAccepted(id, current: current, ticket: ticket)
            }
            let reportedCost = upstream.plausibleCost(in: reply, for: claims.ticket, with: account, reserved: candidate.cost)
            shared.jobMetadata.update(id) { record in
                (record.currentAttemptID, record.currentClaims, record.failoverNote, record.failingSince) = (
                    current, claims, entry.failoverNotice, nil
                )
                (record.cost, record.reportedCost) = (reportedCost ?? candidate.cost, reportedCost)
            }
            shared.telemetry.jobs.recordEnded(
                vendor: failover.claims.vendor, model: failover.claims.model, outcome: "failed_over",
                after: clock() - failover.claims.created)
            countAccepted(claims, cost: reportedCost ?? candidate.cost, for: failover.caller.owner.name)
            shared.admission.commit(permit, as: id, of: failover.caller.owner, until: deadline(of: claims), now: monotonic())
            return .queued
        } catch {
            let trace = Gateway.vendorTrace(claims, correlationKey: call.correlationKey, reply: lastReply, sent: sent, until: clock())
            let now = clock()
            await recordOutcome { () async throws(StorageError) in
                if error.sent == .maybe {
                    try await journal.markAmbiguous(id, because: error, trace: trace, at: now)
                } else {
                    try await journal.markFailoverNotSent(id)
                }
            }
            throw error
        }
    }

    private func recordOutcome(_ work: () async throws(StorageError) -> Void) async {
        do throws(StorageError) { try await work() } catch { shared.telemetry.recordJournalFailure("outcome of an offer: \(error)") }
    }

    private func plan(for name: String) throws(Fault) -> Plan {
        try config.planner.plan(
            for: name, order: { WeightedShuffle.order($0) { Double.random(in: 0..<1) } },
            isRetired: { [now = clock()] in $0.isRetired(at: now) })
    }

    /// Reads a request that was kept, as it was read at first.
    private func createCommand(from storedRequest: StoredRequest, in dialect: String) -> CreateCommand? {
        var request = Request(
            method: .post, path: storedRequest.path, query: Query(parsing: Bytes(storedRequest.query.utf8)[...]),
            body: storedRequest.body[...])
        if let type = storedRequest.type { request.headers.set(.contentType, type) }
        guard case .entries(let entries, let captures) = config.routeTable.find(.post, storedRequest.path),
            let entry = entries.first(where: { $0.dialect.name == dialect }),
            case .create(let createCommand)? = try? entry.dialect.read(
                request, at: Route.Match(action: entry.route.action, captures: captures)), createCommand.previous == nil
        else { return nil }
        return createCommand
    }
}

/// A failed job on its way to the next try.
private struct Failover {
    /// With the attempt that failed among those that were tried.
    var entry: JobRecord
    let claims: Claims
    let createCommand: CreateCommand
    let caller: Caller

    func record(at candidate: Candidate) -> JobRecord {
        var entry = entry
        entry.account = candidate.account.name
        entry.vendor = candidate.account.card.name
        entry.model = candidate.attempt.model.name
        entry.reserved = candidate.cost
        let changes = candidate.checked.warnings.compactMap(\.adapted).joined(separator: ", ")
        entry.failoverNotice =
            "The job failed at '\(claims.vendor)/\(claims.model)' and was given to '\(candidate.attempt.model.fullName)'"
            + (changes.isEmpty ? "." : ": \(changes).")
        return entry
    }

    /// The attempt's own claims; what its owner sees of the job stays.
    func claims(at candidate: Candidate) -> Claims {
        var claims = claims
        claims.account = candidate.account.name
        claims.vendor = candidate.account.card.name
        claims.model = candidate.attempt.model.name
        claims.ticket = Ticket()
        claims.cost = candidate.cost
        return claims
    }
}

extension Fault {
    /// Whether the job itself may be well: not moderation, not bad input, not what a person wanted, not the end of its time.
    fileprivate var maySucceedElsewhere: Bool {
        switch kind {
        case .vendorFailed, .vendorBusy, .vendorRateLimited, .vendorUnavailable, .vendorTimeout, .vendorNonsense, .vendorCredentials,
            .vendorBalance, .modelUnavailable:
            true
        default: false
        }
    }
}

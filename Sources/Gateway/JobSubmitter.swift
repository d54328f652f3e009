import Access
import Catalog
import Dialects
import JobState
import Jobs
import Journal
import Net
import Routing
import Seal
import Telemetry
import Upstream
import Watching
import Wire

/// Starts jobs at vendors. This makes paid calls.
final class JobSubmitter {
    private let candidates: CandidateSelector
    private let admissionWaiter: AdmissionWaiter
    private let calls: CallPreparer
    private let paidCalls: PaidCallSender
    private let intents: IntentRecorder
    private let views: JobViewBuilder
    private let policy: FailoverPolicy
    private let config: RuntimeConfig
    private let shared: SharedState
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant

    init(
        _ dependencies: Dependencies, candidates: CandidateSelector, admissionWaiter: AdmissionWaiter, calls: CallPreparer,
        paidCalls: PaidCallSender, intents: IntentRecorder, views: JobViewBuilder, policy: FailoverPolicy
    ) {
        self.candidates = candidates
        self.admissionWaiter = admissionWaiter
        self.calls = calls
        self.paidCalls = paidCalls
        self.intents = intents
        self.views = views
        self.policy = policy
        config = dependencies.config
        shared = dependencies.shared
        clock = dependencies.clock
        monotonic = dependencies.monotonic
    }

    /// Starts a job with the first try of its plan that accepts it. Only a failure that proves that nothing was accepted moves on to the
    /// next try.
    func submit(_ pending: PendingCreate) async throws(Fault) -> AcceptedJob {
        try shared.createRates.take(for: pending.caller, now: monotonic())
        let plan = try await plan(for: pending)
        let model = pending.command.job.model
        let tries = TryLog(shared, name: model, of: plan, isAlias: config.planner.isAlias(model), clock: clock)
        var (able, first) = try candidates.candidates(for: pending.command.job, plan, caller: pending.caller, tries: tries)
        logPlan(plan, able, of: pending.request)
        let deadline = monotonic() + config.limits.queueTimeout
        while !able.isEmpty {
            let permit: AdmissionController.Permit
            do throws(Fault) {
                permit = try await admissionWaiter.acquirePermit(
                    for: able, owner: pending.caller.owner, deadline: deadline, disconnect: pending.disconnect, tries: tries)
            } catch {
                if error.cause == .clientDisconnected { throw error }
                first.keepMoreUseful(error)
                throw first ?? error
            }
            let candidate = able[permit.tryIndex]
            do throws(Fault) {
                let accepted = try await start(pending, at: candidate, plan: plan)
                let now = monotonic()
                shared.admission.commit(
                    permit, as: accepted.view.id, of: pending.caller.owner, until: now + config.limits.jobTimeout, now: now)
                return accepted
            } catch {
                shared.admission.release(permit, because: error, now: monotonic())
                logFailedTry(candidate, error, of: pending.request)
                tries.note(candidate.attempt, error)
                guard error.mayTryNext else { throw error }
                first.keepMoreUseful(error)
                // If an operator has set bounds, a busy vendor is tried again.
                let isBusy = error.kind == .vendorBusy || error.kind == .vendorRateLimited
                if !(isBusy && candidate.account.bounds.allowsQueueing) {
                    able.removeTries(like: candidate, at: permit.tryIndex, after: error)
                }
            }
        }
        throw first ?? Fault(.unknownModel, "No account offers '\(model)'.", param: "model", code: "model_not_found")
    }

    private func plan(for pending: PendingCreate) async throws(Fault) -> Plan {
        guard let previous = pending.command.previous else {
            return try candidates.plan(for: pending.command.job.model, caller: pending.caller)
        }
        return try await candidates.continuationPlan(for: &pending.command, previous: previous, caller: pending.caller)
    }

    private func logPlan(_ plan: Plan, _ able: [Candidate], of request: CreateRequest) {
        guard shared.telemetry.isEnabled(.debug) else { return }
        let list = { (names: [String]) in names.isEmpty ? "none" : names.joined(separator: ", ") }
        shared.telemetry.log(
            .debug, "plan",
            fields: [
                "request": request.requestID, "owner": request.owner.name,
                "tries": list(plan.tries.map { "\($0.account): \($0.model.fullName)" }),
                "able": list(able.map { "\($0.account.name): \($0.attempt.model.fullName)" }),
            ])
    }

    private func logFailedTry(_ candidate: Candidate, _ fault: Fault, of request: CreateRequest) {
        shared.telemetry.log(
            .debug, "try failed",
            fields: [
                "request": request.requestID, "account": candidate.account.name, "model": candidate.attempt.model.fullName,
                "fault": fault.kind.rawValue, "detail": fault.detail ?? fault.message,
            ])
    }

    private func start(_ pending: PendingCreate, at candidate: Candidate, plan: Plan) async throws(Fault) -> AcceptedJob {
        let memory = MemoryReservation(shared.memory, retryAfter: config.limits.overloadRetryAfter)
        defer { withExtendedLifetime(memory) {} }
        let claims = newClaims(of: pending, at: candidate)
        let (call, warnings) = try await calls.prepareCall(for: candidate, of: pending.caller.owner, memory: memory)
        let stored = policy.storedRequest(pending.request.request, for: candidate.attempt, of: plan)
        var started = try await sendPaidCall(call, claims, pending: pending, candidate: candidate, storedRequest: stored)
        started.warnings = warnings
        if let retired = JobSubmitter.retirementWarning(candidate.attempt.model, at: claims.created) { started.warnings.append(retired) }
        if pending.command.job.mayBeKept == true, config.results == nil { started.warnings.append(JobSubmitter.noStoreWarning) }
        if stored == nil, !plan.next(after: claims.account, claims.model, tried: []).isEmpty {
            started.warnings.append(JobSubmitter.noFailoverWarning)
        }
        return register(started, of: pending, candidate: candidate)
    }

    /// The claims of a job that the vendor does not have yet.
    private func newClaims(of pending: PendingCreate, at candidate: Candidate) -> Claims {
        let (job, checked) = (pending.command.job, candidate.checked)
        var claims = Claims(
            account: candidate.account.name, vendor: candidate.account.card.name, model: candidate.attempt.model.name, ticket: Ticket(),
            created: clock(), dialect: pending.dialect, requestedModel: job.model)
        claims.operation = checked.job.operation
        claims.seconds = job.duration?.seconds ?? checked.expected.seconds
        claims.size = (job.frameFormat.size ?? checked.expected.frameFormat.size)?.description
        claims.echo = pending.command.echo
        claims.cost = candidate.cost
        return claims
    }

    /// Sends the paid call, once: an intent is on the disk before it, an outcome after it.
    private func sendPaidCall(
        _ call: Call, _ claims: Claims, pending: PendingCreate, candidate: Candidate, storedRequest: StoredRequest?
    ) async throws(Fault) -> StartedJob {
        let intent = try await intents.recordIntent(
            claims, of: pending, correlationKey: call.correlationKey, storedRequest: storedRequest)
        switch await paidCalls.send(call, for: candidate, claims: claims) {
        case .failed(let fault, let trace):
            await intents.recordFailure(intent, fault, vendor: claims.vendor, trace: trace)
            throw fault
        case .accepted(let ticket, let reportedCost):
            var claims = claims
            claims.ticket = ticket
            if let format = candidate.account.vendor.simulation?.clipFormat(of: ticket) {
                claims.seconds = claims.seconds ?? format.seconds
                claims.size = claims.size ?? format.size?.description
            }
            let sealed = await intents.recordAccepted(intent, claims, for: pending.request.owner)
            return StartedJob(sealed: sealed, claims: claims, reportedCost: reportedCost)
        }
    }

    /// Stores what later requests about the job need, and builds the answer.
    private func register(_ started: StartedJob, of pending: PendingCreate, candidate: Candidate) -> AcceptedJob {
        let (claims, id, owner) = (started.claims, started.sealed.id, pending.request.owner)
        let cost = started.reportedCost ?? candidate.cost
        let now = monotonic()
        shared.statusCache.recordStatus(id, .queued, now: now, time: claims.created)
        if candidate.account.card.maxJobsPerStatusCall > 1 { shared.statusCache.registerForBatch(id, claims) }
        shared.jobMetadata.storeIfAbsent(
            id,
            JobMetadataCache.JobMetadata(
                owner: owner.name, prompt: pending.command.job.prompt, previous: pending.command.previous, cost: cost,
                reportedCost: started.reportedCost, sealedClaims: started.sealed.sealedClaims))
        shared.watcher?.watch(WatchedJob(id: id, owner: owner.name, account: claims.account, created: claims.created))
        shared.telemetry.jobs.recordAccepted(vendor: claims.vendor, model: claims.model, dollars: cost?.dollars, key: owner.name)
        var view = views.view(
            of: OpenedJob(id: id, owner: owner, claims: claims),
            JobStatusCache.StatusSnapshot(progress: .queued, percent: 0, learnt: now))
        view.warnings = candidate.checked.warnings.map { pending.command.withClientNames($0) } + started.warnings
        return AcceptedJob(view: view, claims: claims, isSimulated: candidate.account.name == Planner.testVendor)
    }

    private static func retirementWarning(_ model: Model, at now: Timestamp) -> Warning? {
        guard let day = model.retiresOn, model.isRetired(at: now) else { return nil }
        return Warning(param: "model", message: "The vendor retired '\(model.fullName)' on \(day); it may refuse or stop it at any time.")
    }

    private static let noStoreWarning = Warning(
        param: "store", message: "This router keeps no results: fetch the video before its vendor deletes it.")
    private static let noFailoverWarning = Warning(
        param: "model", message: "If this job fails, no other model can take it: its request is too large or is not stored.")
}

/// A job that its vendor has accepted.
private struct StartedJob {
    let sealed: SealedID
    let claims: Claims
    let reportedCost: Money?
    var warnings: [Warning] = []
}

/// A create on its way to a vendor. An object, because a job is large.
final class PendingCreate {
    /// The job to start; completed from an earlier job if it continues one.
    var command: CreateCommand
    let request: CreateRequest
    let caller: Caller
    /// The name of the dialect that answers for the job.
    let dialect: String
    let disconnect: ClientDisconnect

    init(_ command: CreateCommand, _ request: CreateRequest, caller: Caller, dialect: String, disconnect: ClientDisconnect) {
        self.command = command
        self.request = request
        self.caller = caller
        self.dialect = dialect
        self.disconnect = disconnect
    }
}

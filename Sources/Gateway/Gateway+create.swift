import Access
import Catalog
import Crypto
import Dialects
import JobState
import Jobs
import Journal
import Routing
import Seal
import Telemetry
import Upstream
import Vendors
import Wire

/// One try of a plan that could make the job, with what it would be there.
/// An object, for a model is large and the queue, the call and its claims all look at it.
final class Candidate: Sendable {
    let attempt: Plan.Try
    let account: Account
    let checked: ValidatedJob
    /// What is reserved for it and told as its cost; nil if nobody knows.
    let cost: Money?

    init(attempt: Plan.Try, account: Account, checked: ValidatedJob, cost: Money?) {
        self.attempt = attempt
        self.account = account
        self.checked = checked
        self.cost = cost
    }
}

extension Gateway {
    /// Starts a job with the first try of its plan that takes it. Only a failure that proves that nothing was accepted moves on to
    /// the next.
    func create(
        _ createCommand: CreateCommand, _ createRequest: CreateRequest, in dialect: any Dialect, for caller: Caller,
        disconnect: ClientDisconnect, now: Timestamp
    ) async throws(Fault) -> AcceptedJob {
        try shared.createRates.take(for: caller, now: monotonic())
        let (createCommand, plan) = try await resolvePlan(createCommand, for: caller)
        var (candidates, first) = try candidates(createCommand.job, plan, for: caller)
        logPlan(plan, candidates, of: createRequest)
        let tries = TryLog(shared, name: createCommand.job.model, of: plan, isAlias: config.planner.isAlias(createCommand.job.model))
        let deadline = monotonic() + config.limits.queueTimeout
        while !candidates.isEmpty {
            let permit: AdmissionController.Permit
            do throws(Fault) {
                permit = try await self.acquirePermit(
                    to: candidates, for: caller.owner, by: deadline, disconnect: disconnect, noting: tries)
            } catch {
                if error.cause == .clientDisconnected { throw error }
                first.keepMoreUseful(error)
                throw first ?? error
            }
            let candidate = candidates[permit.tryIndex]
            do throws(Fault) {
                let acceptedJob = try await start(
                    createCommand, createRequest, candidate: candidate, plan: plan, dialect: dialect, caller: caller)
                shared.admission.commit(
                    permit, as: acceptedJob.view.id, of: caller.owner, until: monotonic() + config.limits.jobTimeout, now: monotonic())
                return acceptedJob
            } catch {
                shared.admission.release(permit, because: error, now: monotonic())
                shared.telemetry.log(
                    .debug, "try failed",
                    fields: [
                        "request": createRequest.requestID, "account": candidate.account.name, "model": candidate.attempt.model.fullName,
                        "fault": error.kind.rawValue, "detail": error.detail ?? error.message,
                    ])
                tries.note(candidate.attempt, error, now: clock())
                guard error.mayTryNext else { throw error }
                first.keepMoreUseful(error)
                // Where an operator has set bounds, a vendor that says that it is busy is waited for.
                let isBusy = error.kind == .vendorBusy || error.kind == .vendorRateLimited
                if !(isBusy && candidate.account.bounds.allowsQueueing) {
                    candidates.removeTries(like: candidate, at: permit.tryIndex, after: error)
                }
            }
        }
        throw first ?? Fault(.unknownModel, "No account can play '\(createCommand.job.model)'.", param: "model", code: "model_not_found")
    }

    /// What will be tried, for a detailed log.
    private func logPlan(_ plan: Plan, _ candidates: [Candidate], of createRequest: CreateRequest) {
        guard shared.telemetry.isEnabled(.debug) else { return }
        let tries = { (names: [String]) in names.isEmpty ? "none" : names.joined(separator: ", ") }
        shared.telemetry.log(
            .debug, "plan",
            fields: [
                "request": createRequest.requestID, "owner": createRequest.owner.name,
                "tries": tries(plan.tries.map { "\($0.account): \($0.model.fullName)" }),
                "able": tries(candidates.map { "\($0.account.name): \($0.attempt.model.fullName)" }),
            ])
    }

    /// The tries of a plan that could make the job, before anybody is asked, and why the first of the others could not.
    /// - Throws: what is wrong with the job itself.
    private func candidates(_ job: Job, _ plan: Plan, for caller: Caller) throws(Fault) -> (able: [Candidate], refusal: Fault?) {
        var able: [Candidate] = []
        var refusal: Fault?
        let tries = TryLog(shared, name: job.model, of: plan, isAlias: config.planner.isAlias(job.model))
        for attempt in plan.tries {
            guard let account = config.accounts[attempt.account] else { continue }
            do throws(Fault) {
                able.append(try candidate(job, attempt, account: account, for: caller))
            } catch {
                tries.note(attempt, error, now: clock())
                refusal = refusal ?? error
                if !error.mayTryNext { break }
            }
        }
        if able.isEmpty, let refusal { throw refusal }
        return (able, refusal)
    }

    func candidate(_ job: Job, _ attempt: Plan.Try, account: Account, for caller: Caller) throws(Fault) -> Candidate {
        var checked = try config.catalog.validate(job, on: attempt.model, adapt: attempt.adapt)
        try filterExtras(&checked, attempt, account: account, asked: job.model)
        let cost = try cost(of: checked, on: account, for: caller)
        try Gateway.refuseExtrasThatSetPrice(checked, of: account.card, cost: cost, for: caller)
        return Candidate(attempt: attempt, account: account, checked: checked, cost: cost)
    }

    /// Keeps the parameters that the vendor takes by its own names. A simulated job is held to the list of the vendor whose model it stands
    /// for, so that a rehearsal refuses what production refuses; a name without a vendor may have the parameters of any.
    private func filterExtras(_ checked: inout ValidatedJob, _ attempt: Plan.Try, account: Account, asked: String) throws(Fault) {
        guard !checked.job.extras.isEmpty else { return }
        guard account.name == Planner.testVendor else { return try checked.keepExtras(only: account.card.extras, adapt: attempt.adapt) }
        let adapt = config.planner.isAlias(asked) ? .nearest : attempt.adapt
        let vendor = attempt.model.vendor
        let own = Registry.vendor(vendor)?.card.extras ?? []
        let namesVendor = vendor != Planner.testVendor && asked.hasPrefix(vendor + "/")
        let others = namesVendor ? [] : Gateway.parametersOfAllVendors
        try checked.keepExtras(only: account.card.extras.union(own), simulated: others, adapt: adapt)
    }

    static let parametersOfAllVendors = Set(Registry.vendors.flatMap(\.card.extras))

    /// The plan for the model that the caller names and may use; a job that continues another stays with that one's account.
    private func resolvePlan(_ createCommand: CreateCommand, for caller: Caller) async throws(Fault) -> (CreateCommand, Plan) {
        var createCommand = createCommand
        var earlier: Claims?
        if let previous = createCommand.previous {
            let claims = try await openJob(previous, for: caller.owner)
            guard !claims.ticket.fields.isEmpty else {
                throw Fault(.jobFailed, "Nobody knows whether the job to continue was made.", code: "create_ambiguous")
            }
            createCommand.job.previous = claims.ticket
            if createCommand.job.model.isEmpty { createCommand.job.model = claims.requestedModel }
            earlier = claims
        }
        let name = createCommand.job.model
        try ModelName.check(name)
        guard caller.mayUse(name) else {
            throw Fault(.forbidden, "This API key may not use the model '\(name)'.", param: "model", code: "model_not_allowed")
        }
        var plan = try config.planner.plan(
            for: name, order: { WeightedShuffle.order($0) { Double.random(in: 0..<1) } },
            isRetired: { [now = clock()] in $0.isRetired(at: now) })
        if let earlier {
            plan.tries = plan.tries.filter { $0.account == earlier.account && $0.model.name == earlier.model }
            if plan.tries.isEmpty {
                throw Fault(
                    .unsupported, "A job is continued with the model that made it: '\(earlier.requestedModel)'.", param: "model",
                    code: "invalid_value")
            }
        }
        return (createCommand, plan)
    }

    private func start(
        _ createCommand: CreateCommand, _ createRequest: CreateRequest, candidate: Candidate, plan: Plan, dialect: any Dialect,
        caller: Caller
    ) async throws(Fault) -> AcceptedJob {
        let now = clock()
        let memory = MemoryReservation(shared.memory, retryAfter: config.limits.overloadRetryAfter)
        defer { withExtendedLifetime(memory) {} }
        let (call, shortcomings) = try await prepareCall(for: candidate, of: createRequest.owner, memory: memory, now: now)
        let (checked, account) = (candidate.checked, candidate.account)
        var claims = Claims(
            account: account.name, vendor: account.card.name, model: candidate.attempt.model.name, ticket: Ticket(), created: now,
            dialect: dialect.name, requestedModel: createCommand.job.model)
        claims.operation = checked.job.operation
        claims.seconds = createCommand.job.duration?.seconds ?? checked.expected.seconds
        claims.size = (createCommand.job.frameFormat.size ?? checked.expected.frameFormat.size)?.description
        claims.echo = createCommand.echo
        claims.cost = candidate.cost
        let storedRequest = self.storedRequest(for: createRequest, candidate.attempt, of: plan)
        let (sealed, reportedCost) = try await sendPaidCall(
            call, for: &claims, command: createCommand, request: createRequest, candidate: candidate, caller: caller,
            storedRequest: storedRequest)
        let id = sealed.id
        let cost = reportedCost ?? candidate.cost
        let learnt = monotonic()
        shared.statusCache.recordStatus(id, .queued, now: learnt, time: now)
        if account.card.maxJobsPerStatusCall > 1 { shared.statusCache.registerForBatch(id, claims) }
        let record = JobMetadataCache.JobMetadata(
            owner: createRequest.owner.name, prompt: createCommand.job.prompt, previous: createCommand.previous, cost: cost,
            reportedCost: reportedCost,
            sealedClaims: sealed.sealedClaims)
        shared.jobMetadata.storeIfAbsent(id, record)
        countAccepted(claims, cost: cost, for: createRequest.owner.name)
        let snapshot = JobStatusCache.StatusSnapshot(progress: .queued, percent: 0, learnt: learnt)
        var view = self.view(of: id, claims, snapshot, for: createRequest.owner, now: now)
        view.warnings = checked.warnings.map { createCommand.withClientNames($0) } + shortcomings
        if let retired = Gateway.retirementWarning(candidate.attempt.model, at: now) { view.warnings.append(retired) }
        if storedRequest == nil, !plan.next(after: account.name, claims.model, tried: []).isEmpty {
            view.warnings.append(Gateway.noFailoverWarning)
        }
        return AcceptedJob(view: view, claims: claims, isSimulated: account.name == Planner.testVendor)
    }

    private static func retirementWarning(_ model: Model, at now: Timestamp) -> Warning? {
        guard let day = model.retiresOn, model.isRetired(at: now) else { return nil }
        return Warning(param: "model", message: "The vendor retired '\(model.fullName)' on \(day); it may refuse or stop it at any time.")
    }

    /// Counts a job that a vendor has accepted, and what is reserved for it.
    func countAccepted(_ claims: Claims, cost: Money?, for owner: String) {
        shared.telemetry.jobs.recordCreated(vendor: claims.vendor, model: claims.model)
        guard let cost else { return }
        shared.telemetry.jobs.recordReservation(dollars: cost.dollars, key: owner, vendor: claims.vendor)
    }

    private static let noFailoverWarning = Warning(
        param: "model", message: "Should this job fail, it cannot be offered to another model: its request is too large, or none is kept.")

    /// The paid call, with everything in it that must be brought to the vendor first.
    /// - Returns: besides, what could not be brought as it was asked for.
    /// - Parameter memory: holds the media until the call is over.
    func prepareCall(
        for candidate: Candidate, of owner: Owner, memory: MemoryReservation, now: Timestamp
    ) async throws(Fault) -> (call: Call, shortcomings: [Warning]) {
        let stager = MediaStager(upstream: upstream, account: candidate.account, owner: owner, memory: memory)
        let resolved = try await resolveLocalMedia(candidate, for: owner, memory: memory, now: now)
        var (job, shortcomings) = try await stager.prepare(resolved, on: candidate.checked.model)
        job.correlationID = "genlock-" + Hex.text(config.random.bytes(12))
        return (try candidate.account.vendor.startCall(for: job, on: candidate.checked.model), shortcomings)
    }

    /// Sends the paid call, once: behind an intent on the disk, and in front of an outcome on the disk.
    /// - Returns: the job's id, and what the vendor says that it costs.
    private func sendPaidCall(
        _ call: Call, for claims: inout Claims, command createCommand: CreateCommand, request createRequest: CreateRequest,
        candidate: Candidate,
        caller: Caller, storedRequest: StoredRequest?
    ) async throws(Fault) -> (SealedID, reportedCost: Money?) {
        let account = candidate.account
        let intent = try await recordIntent(
            claims, createCommand, request: createRequest, correlationKey: call.correlationKey, for: caller, storedRequest: storedRequest)
        let sent = clock()
        var lastReply: Reply?
        var reportedCost: Money?
        do throws(Fault) {
            let reply = try await upstream.send(call, with: account)
            lastReply = reply
            claims.ticket = try Upstream.ticket(
                from: reply, to: call, of: candidate.checked, with: account, requestedModel: createCommand.job.model)
            reportedCost = upstream.plausibleCost(in: reply, for: claims.ticket, with: account, reserved: claims.cost)
        } catch {
            // Whoever can be asked is asked before the client is told that nobody knows.
            guard error.sent == .maybe, let ticket = await findTicket(by: call.correlationKey, account) else {
                await recordFailure(intent, error, claims: claims, correlationKey: call.correlationKey, sent: sent, reply: lastReply)
                throw error
            }
            claims.ticket = ticket
        }
        if let facts = account.vendor.simulation?.clipFormat(of: claims.ticket) {
            claims.seconds = claims.seconds ?? facts.seconds
            claims.size = claims.size ?? facts.size?.description
        }
        return (await recordAccepted(intent, claims, for: createRequest.owner), reportedCost)
    }
}

import Catalog
import Crypto
import Dialects
import Jobs
import Journal
import Routing
import Seal
import Telemetry
import TestCard
import Vendors
import Wire

/// A job that a vendor has accepted.
struct Started {
    var view: JobView
    var claims: Claims
    /// True when the test card plays it.
    var isRehearsal: Bool
}

/// One try of a plan that could make the job, with what it would be there.
/// An object, for a model is large and the queue, the call and its claims all look at it.
final class Candidate: Sendable {
    let attempt: Plan.Try
    let account: Account
    let checked: Checked
    /// What is reserved for it and told as its cost; nil if nobody knows.
    let cost: Money?

    init(attempt: Plan.Try, account: Account, checked: Checked, cost: Money?) {
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
        _ creation: Creation, _ submission: Submission, in dialect: any Dialect, for caller: Caller, leaving: Leaving, now: Timestamp
    ) async throws(Fault) -> Started {
        try house.rates.take(for: caller, now: monotonic())
        let (creation, plan) = try await planned(creation, for: caller)
        var (candidates, first) = try candidates(creation.job, plan, for: caller)
        trace(plan, candidates, of: submission)
        let tries = TryLog(house, name: creation.job.model, of: plan, isAlias: studio.planner.isAlias(creation.job.model))
        let deadline = monotonic() + studio.limits.queueTime
        while !candidates.isEmpty {
            let pass: Gates.Pass
            do throws(Fault) {
                pass = try await self.pass(to: candidates, for: caller.owner, by: deadline, leaving, noting: tries)
            } catch {
                if error.code == Leaving.code { throw error }
                first.keepMoreUseful(error)
                throw first ?? error
            }
            let candidate = candidates[pass.place]
            do throws(Fault) {
                let started = try await start(creation, submission, candidate, plan, dialect, caller)
                house.gates.hold(pass, as: started.view.id, of: caller.owner, until: monotonic() + studio.limits.jobTime, now: monotonic())
                return started
            } catch {
                house.gates.giveBack(pass, because: error, now: monotonic())
                house.telemetry.say(
                    .debug, "try failed",
                    [
                        "request": submission.requestID, "account": candidate.account.name, "model": candidate.attempt.model.fullName,
                        "fault": error.kind.rawValue, "detail": error.detail ?? error.message,
                    ])
                tries.note(candidate.attempt, error, now: clock())
                guard error.mayTryNext else { throw error }
                first.keepMoreUseful(error)
                // Where an operator has set bounds, a vendor that says that it is busy is waited for.
                let isBusy = error.kind == .vendorBusy || error.kind == .vendorRateLimited
                if !(isBusy && candidate.account.bounds.queues) {
                    candidates.removeTries(like: candidate, at: pass.place, after: error)
                }
            }
        }
        throw first ?? Fault(.unknownModel, "No account can play '\(creation.job.model)'.", param: "model", code: "model_not_found")
    }

    /// What will be tried, for a detailed log.
    private func trace(_ plan: Plan, _ candidates: [Candidate], of submission: Submission) {
        guard house.telemetry.isOn(.debug) else { return }
        let tries = { (names: [String]) in names.isEmpty ? "none" : names.joined(separator: ", ") }
        house.telemetry.say(
            .debug, "plan",
            [
                "request": submission.requestID, "owner": submission.owner.name,
                "tries": tries(plan.tries.map { "\($0.account): \($0.model.fullName)" }),
                "able": tries(candidates.map { "\($0.account.name): \($0.attempt.model.fullName)" }),
            ])
    }

    /// The tries of a plan that could make the job, before anybody is asked, and why the first of the others could not.
    /// - Throws: what is wrong with the job itself.
    private func candidates(_ job: Job, _ plan: Plan, for caller: Caller) throws(Fault) -> (able: [Candidate], refusal: Fault?) {
        var able: [Candidate] = []
        var refusal: Fault?
        let tries = TryLog(house, name: job.model, of: plan, isAlias: studio.planner.isAlias(job.model))
        for attempt in plan.tries {
            guard let account = studio.accounts[attempt.account] else { continue }
            do throws(Fault) {
                able.append(try candidate(job, attempt, account, for: caller))
            } catch {
                tries.note(attempt, error, now: clock())
                refusal = refusal ?? error
                if !error.mayTryNext { break }
            }
        }
        if able.isEmpty, let refusal { throw refusal }
        return (able, refusal)
    }

    func candidate(_ job: Job, _ attempt: Plan.Try, _ account: Account, for caller: Caller) throws(Fault) -> Candidate {
        var checked = try studio.catalog.check(job, on: attempt.model, adapt: attempt.adapt)
        try passOn(&checked, attempt, account, asked: job.model)
        let cost = try cost(of: checked, on: account, for: caller)
        try Gateway.refuseExtrasThatSetPrice(checked, of: account.card, cost: cost, for: caller)
        return Candidate(attempt: attempt, account: account, checked: checked, cost: cost)
    }

    /// Keeps the parameters that the vendor takes by its own names. A simulated job is held to the list of the vendor whose model it stands
    /// for, so that a rehearsal refuses what production refuses; a name without a vendor may have the parameters of any.
    private func passOn(_ checked: inout Checked, _ attempt: Plan.Try, _ account: Account, asked: String) throws(Fault) {
        guard !checked.job.extras.isEmpty else { return }
        guard account.name == Planner.rehearsal else { return try checked.passOn(only: account.card.extras, adapt: attempt.adapt) }
        let adapt = studio.planner.isAlias(asked) ? .nearest : attempt.adapt
        let vendor = attempt.model.vendor
        let own = Registry.vendor(vendor)?.card.extras ?? []
        let namesVendor = vendor != Planner.rehearsal && asked.hasPrefix(vendor + "/")
        let others = namesVendor ? [] : Gateway.parametersOfAllVendors
        try checked.passOn(only: account.card.extras.union(own), simulated: others, adapt: adapt)
    }

    static let parametersOfAllVendors = Set(Registry.vendors.flatMap(\.card.extras))

    /// The plan for the model that the caller names and may use; a job that continues another stays with that one's account.
    private func planned(_ creation: Creation, for caller: Caller) async throws(Fault) -> (Creation, Plan) {
        var creation = creation
        var earlier: Claims?
        if let previous = creation.previous {
            let claims = try await open(previous, for: caller.owner)
            guard !claims.ticket.fields.isEmpty else {
                throw Fault(.jobFailed, "Nobody knows whether the job to continue was made.", code: "create_ambiguous")
            }
            creation.job.previous = claims.ticket
            if creation.job.model.isEmpty { creation.job.model = claims.asked }
            earlier = claims
        }
        let name = creation.job.model
        try ModelName.check(name)
        guard caller.models.isEmpty || Pattern.any(caller.models, match: name) else {
            throw Fault(.forbidden, "This API key may not use the model '\(name)'.", param: "model", code: "model_not_allowed")
        }
        var plan = try studio.planner.plan(
            for: name, order: { Deck.order($0) { Double.random(in: 0..<1) } }, isRetired: { [now = clock()] in $0.isRetired(at: now) })
        if let earlier {
            plan.tries = plan.tries.filter { $0.account == earlier.account && $0.model.name == earlier.model }
            if plan.tries.isEmpty {
                throw Fault(
                    .unsupported, "A job is continued with the model that made it: '\(earlier.asked)'.", param: "model",
                    code: "invalid_value")
            }
        }
        return (creation, plan)
    }

    private func start(
        _ creation: Creation, _ submission: Submission, _ candidate: Candidate, _ plan: Plan, _ dialect: any Dialect, _ caller: Caller
    ) async throws(Fault) -> Started {
        let now = clock()
        let memory = MemoryReservation(house.memory, retryAfter: studio.limits.overloadPause)
        defer { withExtendedLifetime(memory) {} }
        let (call, shortcomings) = try await call(for: candidate, of: submission.owner, memory: memory, now: now)
        let (checked, account) = (candidate.checked, candidate.account)
        var claims = Claims(
            account: account.name, vendor: account.card.name, model: candidate.attempt.model.name, ticket: Ticket(), created: now,
            dialect: dialect.name, asked: creation.job.model)
        claims.operation = checked.job.operation
        claims.seconds = creation.job.duration?.seconds ?? checked.expected.seconds
        claims.size = (creation.job.shape.size ?? checked.expected.shape.size)?.description
        claims.echo = creation.echo
        claims.cost = candidate.cost
        let wish = self.wish(for: submission, candidate.attempt, of: plan)
        let (sealed, told) = try await pay(call, for: &claims, creation, submission, candidate, caller, wish)
        let id = sealed.id
        let cost = told ?? candidate.cost
        let learnt = monotonic()
        house.watch.note(id, .queued, now: learnt, time: now)
        if account.card.jobsPerAsk > 1 { house.watch.board(id, claims) }
        let record = Records.Record(
            owner: submission.owner.name, prompt: creation.job.prompt, previous: creation.previous, cost: cost, told: told,
            found: sealed.kept)
        house.records.keep(id, record)
        count(accepted: claims, cost: cost, for: submission.owner.name)
        let sight = Watch.Sight(progress: .queued, percent: 0, learnt: learnt)
        var view = self.view(of: id, claims, sight, for: submission.owner, now: now)
        view.warnings = checked.warnings.map { creation.respelt($0) } + shortcomings
        if let retired = Gateway.retired(candidate.attempt.model, at: now) { view.warnings.append(retired) }
        if wish == nil, !plan.next(after: account.name, claims.model, tried: []).isEmpty { view.warnings.append(Gateway.notOffered) }
        return Started(view: view, claims: claims, isRehearsal: account.name == Planner.rehearsal)
    }

    private static func retired(_ model: Model, at now: Timestamp) -> Warning? {
        guard let day = model.retires, model.isRetired(at: now) else { return nil }
        return Warning(param: "model", message: "The vendor retired '\(model.fullName)' on \(day); it may refuse or stop it at any time.")
    }

    /// Counts a job that a vendor has accepted, and what is reserved for it.
    func count(accepted claims: Claims, cost: Money?, for owner: String) {
        house.telemetry.jobs.created(vendor: claims.vendor, model: claims.model)
        guard let cost else { return }
        house.telemetry.jobs.reserved(dollars: cost.dollars, key: owner, vendor: claims.vendor)
    }

    private static let notOffered = Warning(
        param: "model", message: "Should this job fail, it cannot be offered to another model: its request is too large, or none is kept.")

    /// The paid call, with everything in it that must be brought to the vendor first.
    /// - Returns: besides, what could not be brought as it was asked for.
    /// - Parameter memory: holds the media until the call is over.
    func call(
        for candidate: Candidate, of owner: Owner, memory: MemoryReservation, now: Timestamp
    ) async throws(Fault) -> (call: Call, shortcomings: [Warning]) {
        let desk = MediaDesk(upstream: upstream, account: candidate.account, owner: owner, memory: memory, now: now)
        let brought = try await brought(candidate, for: owner, memory: memory, now: now)
        var (job, shortcomings) = try await desk.prepare(brought, on: candidate.checked.model)
        job.mark = "genlock-" + Hex.text(studio.random.bytes(12))
        return (try candidate.account.vendor.start(job, on: candidate.checked.model), shortcomings)
    }

    /// Sends the paid call, once: behind an intent on the disk, and in front of an outcome on the disk.
    /// - Returns: the job's id, and what the vendor says that it costs.
    private func pay(
        _ call: Call, for claims: inout Claims, _ creation: Creation, _ submission: Submission, _ candidate: Candidate,
        _ caller: Caller, _ wish: Wish?
    ) async throws(Fault) -> (SealedID, told: Money?) {
        let account = candidate.account
        let intent = try await intend(claims, creation, submission, clue: call.clue, for: caller, wish: wish)
        let sent = clock()
        var heard: Reply?
        var told: Money?
        do throws(Fault) {
            let reply = try await upstream.reply(to: call, of: account, now: sent)
            heard = reply
            claims.ticket = try ticket(from: reply, to: call, of: candidate, asked: creation.job.model)
            told = plausibleCost(in: reply, for: claims.ticket, account, reserved: claims.cost)
        } catch {
            // Whoever can be asked is asked before the client is told that nobody knows.
            guard error.sent == .maybe, let ticket = await ticket(by: call.clue, account) else {
                await settle(intent, error, claims, call.clue, sent: sent, heard)
                throw error
            }
            claims.ticket = ticket
        }
        if let facts = (account.vendor as? TestCard)?.facts(of: claims.ticket) {
            claims.seconds = claims.seconds ?? facts.seconds
            claims.size = claims.size ?? facts.size?.description
        }
        return (await accept(intent, claims, for: submission.owner), told)
    }
}

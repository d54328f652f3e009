import Access
import Catalog
import Dialects
import Jobs
import Routing
import Seal
import Telemetry
import Upstream
import Vendors
import Wire

/// Selects the accounts and models that can make a job.
final class CandidateSelector {
    private let config: RuntimeConfig
    private let telemetry: Telemetry
    private let lookup: JobLookup
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies, lookup: JobLookup) {
        config = dependencies.config
        telemetry = dependencies.shared.telemetry
        clock = dependencies.clock
        self.lookup = lookup
    }

    /// The plan for the model that the caller names.
    /// - Throws: `.forbidden` if the caller may not use it, and the planner's faults.
    func plan(for model: String, caller: Caller) throws(Fault) -> Plan {
        try ModelName.check(model)
        guard caller.mayUse(model) else {
            throw Fault(.forbidden, "This API key may not use the model '\(model)'.", param: "model", code: "model_not_allowed")
        }
        return try config.planner.plan(
            for: model, order: { WeightedShuffle.order($0) { Double.random(in: 0..<1) } },
            isRetired: { [now = clock()] in $0.isRetired(at: now) })
    }

    /// The plan for a job that continues an earlier one: only that one's account and model can make it.
    func continuationPlan(for command: inout CreateCommand, previous: String, caller: Caller) async throws(Fault) -> Plan {
        let earlier = try await lookup.open(previous, for: caller.owner).claims
        guard !earlier.ticket.fields.isEmpty else {
            throw Fault(.jobFailed, "It is unknown whether the job to continue was made.", code: "create_ambiguous")
        }
        command.job.previous = earlier.ticket
        if command.job.model.isEmpty { command.job.model = earlier.requestedModel }
        var plan = try plan(for: command.job.model, caller: caller)
        plan.tries = plan.tries.filter { $0.account == earlier.account && $0.model.name == earlier.model }
        if plan.tries.isEmpty {
            throw Fault(
                .unsupported, "A job is continued with the model that made it: '\(earlier.requestedModel)'.", param: "model",
                code: "invalid_value")
        }
        return plan
    }

    /// The tries of a plan that can make the job, and why the first of the others cannot.
    /// - Throws: what is wrong with the job itself.
    func candidates(for job: Job, _ plan: Plan, caller: Caller, tries: TryLog) throws(Fault) -> (able: [Candidate], refusal: Fault?) {
        var able: [Candidate] = []
        var refusal: Fault?
        for attempt in plan.tries {
            do throws(Fault) {
                if let candidate = try candidate(for: attempt, job, caller: caller) { able.append(candidate) }
            } catch {
                tries.note(attempt, error)
                refusal = refusal ?? error
                if !error.mayTryNext { break }
            }
        }
        if able.isEmpty, let refusal { throw refusal }
        return (able, refusal)
    }

    /// - Returns: nil if the try's account is no longer configured.
    /// - Throws: why the try cannot make the job for this caller.
    func candidate(for attempt: Plan.Try, _ job: Job, caller: Caller) throws(Fault) -> Candidate? {
        guard let account = config.accounts[attempt.account] else { return nil }
        var checked = try Catalog.validate(job, found: attempt.model, adapt: attempt.adapt)
        if !checked.job.extras.isEmpty { try filterExtras(&checked, attempt, account: account, requestedModel: job.model) }
        let cost = try caller.cost(of: checked, on: account)
        try caller.refuseExtrasThatSetPrice(checked, of: account.card, cost: cost)
        return Candidate(attempt: attempt, account: account, checked: consume checked, cost: cost)
    }

    /// Keeps the parameters that the vendor takes under its own names. A simulated job may have those of the vendor that it stands for, so
    /// that the simulation refuses what that vendor would refuse; a model name without a vendor may have those of any vendor.
    private func filterExtras(
        _ checked: inout ValidatedJob, _ attempt: Plan.Try, account: Account, requestedModel: String
    ) throws(Fault) {
        guard account.name == Planner.testVendor else { return try checked.keepExtras(only: account.card.extras, adapt: attempt.adapt) }
        let adapt = config.planner.isAlias(requestedModel) ? .nearest : attempt.adapt
        let vendor = attempt.model.vendor
        let own = Registry.vendor(vendor)?.card.extras ?? []
        let namesVendor = vendor != Planner.testVendor && requestedModel.hasPrefix(vendor + "/")
        let others = namesVendor ? [] : CandidateSelector.parametersOfAllVendors
        try checked.keepExtras(only: account.card.extras.union(own), simulated: others, adapt: adapt)
    }

    static let parametersOfAllVendors = Set(Registry.vendors.flatMap(\.card.extras))
}

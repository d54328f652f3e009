import Access
import Catalog
import Configuration
import Jobs
import Journal
import Upstream
import Wire

extension Caller {
    /// What a job counts against this key's budget: its expected cost, else what the key's settings say about unknown prices.
    /// - Returns: nil if the cost is unknown and the key may use such models.
    /// - Throws: `.unsupported` if the key has a budget and may not use models without a price.
    func cost(of checked: ValidatedJob, on account: Account) throws(Fault) -> Money? {
        if let known = account.cost(of: checked) { return known }
        guard budget != nil else { return nil }
        switch unpriced {
        case .allow: return nil
        case .count(let amount): return amount * Double(checked.job.count)
        case .refuse:
            throw Fault(
                .unsupported, "This API key has a budget, and what '\(checked.model.fullName)' costs for this job is not known here.",
                param: "model", code: "price_unknown", sent: .no, cause: .priceUnknown)
        }
    }

    /// Refuses vendor parameters that could make a job cost more than its reservation, if the key has a budget.
    func refuseExtrasThatSetPrice(_ checked: ValidatedJob, of card: VendorCard, cost: Money?) throws(Fault) {
        guard budget != nil, let cost, cost > .zero else { return }
        if let flag = card.pricedPromptFlag(in: checked.job.prompt) {
            throw Fault(
                .unsupported,
                "This API key has a budget, and this vendor reads '\(flag)' in a prompt as a parameter. Use a field of the request for it.",
                param: "prompt", code: "price_unknown", sent: .no, cause: .priceUnknown)
        }
        guard let name = checked.job.extras.first(where: { VendorCard.setsPrice($0.name) })?.name else { return }
        throw Fault(
            .unsupported,
            "This API key has a budget, and '\(name)' may change what the job costs. Leave it out, or use a key without a budget.",
            param: name, code: "price_unknown", sent: .no, cause: .priceUnknown)
    }

    /// The limit on the cost of this key's jobs in the period of `time`; nil without a budget.
    func spendingLimit(at time: Timestamp) -> SpendingLimit? {
        budget.map { SpendingLimit($0.amount, since: $0.period(at: time).start) }
    }

    /// Refuses a job that does not fit into the budget.
    func overBudget(spent: Money, cost: Money?, at time: Timestamp) -> Fault {
        guard let budget else { return Fault(.budget, "The budget of this API key is used up.", sent: .no) }
        var message = "This job costs \(cost ?? .zero) USD, and of this API key's budget of \(budget) \(spent) USD are spent or reserved."
        if let end = budget.period(at: time).end { message += " The next budget period begins at \(end.iso8601.prefix(19))Z." }
        return Fault(.budget, message, sent: .no)
    }
}

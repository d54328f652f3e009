import Access
import Catalog
import Configuration
import Dialects
import Jobs
import Journal
import Seal
import Upstream
import Wire

extension Gateway {
    /// What a job counts for with this caller's key: the catalog's price, else the account's, else what the key says of unknown ones.
    /// - Returns: nil where nobody knows and the key need not.
    /// - Throws: `.unsupported` if the key has a budget and may not use what has no price.
    func cost(of checked: ValidatedJob, on account: Account, for caller: Caller) throws(Fault) -> Money? {
        if let known = account.cost(of: checked) { return known }
        guard caller.budget != nil else { return nil }
        switch caller.unpriced {
        case .allow: return nil
        case .count(let amount): return amount * Double(checked.job.count)
        case .refuse:
            throw Fault(
                .unsupported, "This API key has a budget, and what '\(checked.model.fullName)' costs for this job is not known here.",
                param: "model", code: "price_unknown", sent: .no, cause: .priceUnknown)
        }
    }

    /// Keys with a budget may not send what makes a job dearer than its reservation by a vendor's own name.
    static func refuseExtrasThatSetPrice(
        _ checked: ValidatedJob, of card: VendorCard, cost: Money?, for caller: Caller
    ) throws(Fault) {
        guard caller.budget != nil, let cost, cost > .zero else { return }
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

    /// What the caller's jobs may cost in this period; nil without a budget.
    func spendingLimit(of caller: Caller, now: Timestamp) -> SpendingLimit? {
        caller.budget.map { SpendingLimit($0.amount, since: $0.period(at: now).start) }
    }

    /// The refusal of a job that does not fit into the caller's budget.
    static func overBudget(_ caller: Caller, spent: Money, cost: Money?, now: Timestamp) -> Fault {
        guard let budget = caller.budget else { return Fault(.budget, "The budget of this API key is used up.", sent: .no) }
        var message = "This job costs \(cost ?? .zero) USD, and of this API key's budget of \(budget) \(spent) USD are spent or reserved."
        if let end = budget.period(at: now).end { message += " The budget begins anew at \(end.iso8601.prefix(19))Z." }
        return Fault(.budget, message, sent: .no)
    }

    /// What the caller's key has spent in its period, and what is left.
    func balance(of caller: Caller, now: Timestamp) async throws(Fault) -> AccountView {
        guard let journal = shared.journal else { return AccountView(spent: .zero, remaining: nil) }
        do throws(StorageError) {
            let since = caller.budget?.period(at: now).start ?? Timestamp(unix: 0)
            let spent = try await journal.spent(by: caller.owner.name, since: since)
            return AccountView(spent: spent, remaining: caller.budget.map { max(.zero, $0.amount - spent) })
        } catch {
            throw error.fault
        }
    }
}

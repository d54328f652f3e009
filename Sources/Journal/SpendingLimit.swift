import Jobs
import Wire

/// Whether a job fits below its owner's spending limit.
package enum BudgetDecision: Sendable, Equatable {
    case fits
    /// The job's cost and the amount spent exceed the limit; nothing was written.
    case exceeded(spent: Money)
}

/// What an owner's jobs since a day (UTC) may cost together. Checked in the transaction that records the next job, so that no two loops or
/// programs can spend the same remainder.
package struct SpendingLimit: Sendable {
    package var amount: Money
    package var since: Timestamp

    package init(_ amount: Money, since: Timestamp) {
        self.amount = amount
        self.since = since
    }

    /// - Returns: the amount spent already, if `cost` in addition exceeds the limit; else nil.
    func amountSpentIfExceeded(by cost: Money?, for owner: String, _ database: Database) throws(StorageError) -> Money? {
        let spent = try Journal.spent(by: owner, since: since, database)
        // A free job always fits, even if a vendor has charged more than was reserved.
        guard let cost, cost > .zero else { return nil }
        return spent + cost > amount ? spent : nil
    }
}

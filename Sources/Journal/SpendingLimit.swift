import Jobs
import Wire

/// Whether a job could be written down below its owner's ceiling.
package enum BudgetDecision: Sendable, Equatable {
    case fits
    /// It could not beside what has been spent already, and nothing was written.
    case exceeded(spent: Money)
}

/// What an owner's jobs may cost together since some day (UTC): held in the transaction that writes the next one down, so that no two
/// loops or programs can spend the same rest.
package struct SpendingLimit: Sendable {
    package var amount: Money
    package var since: Timestamp

    package init(_ amount: Money, since: Timestamp) {
        self.amount = amount
        self.since = since
    }

    /// - Returns: what has been spent already, if `cost` beside it would be too much.
    func amountSpentIfExceeded(by cost: Money?, for owner: String, _ database: Database) throws(StorageError) -> Money? {
        let spent = try Journal.spent(by: owner, since: since, database)
        // What costs nothing is never too much, even where a vendor has charged more than was reserved.
        guard let cost, cost > .zero else { return nil }
        return spent + cost > amount ? spent : nil
    }
}

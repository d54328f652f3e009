import Jobs

/// What a caller's key has spent and may still spend.
package struct AccountView: Sendable, Equatable {
    package var spent: Money
    /// Nil where the key has no budget.
    package var remaining: Money?

    package init(spent: Money, remaining: Money?) {
        self.spent = spent
        self.remaining = remaining
    }
}

import Jobs

/// The tries for one job, in order.
package struct Plan: Sendable {
    /// One account and one model. Accounts of one vendor share the load. An object, because requests share it (`PreparedPlan`).
    package final class Try: Sendable {
        package let account: String
        package let model: Model
        package let adapt: AdaptPolicy
        /// Whether a job that failed here (not because of moderation or bad input) fails over to the next try.
        package let continuesAfterFailure: Bool

        package init(account: String, model: Model, adapt: AdaptPolicy, continuesAfterFailure: Bool = false) {
            self.account = account
            self.model = model
            self.adapt = adapt
            self.continuesAfterFailure = continuesAfterFailure
        }
    }

    package var tries: [Try]

    /// The tries for a job that failed at this model: the other accounts that share its load and everything after them, except the tries
    /// that failed. Empty unless the alias allows failover.
    /// - Parameter tried: `Plan.key` of each failed try.
    package func next(after account: String, _ model: String, tried: [String]) -> [Try] {
        guard let failed = tries.first(where: { $0.account == account && $0.model.name == model }), failed.continuesAfterFailure,
            let place = tries.firstIndex(where: { $0.model.fullName == failed.model.fullName })
        else { return [] }
        let done = Set(tried + [Plan.key(account, model)])
        return tries[place...].filter { !done.contains(Plan.key($0.account, $0.model.name)) }
    }

    /// Identifies a try in the journal: `account model`.
    package static func key(_ account: String, _ model: String) -> String { account + " " + model }
    package init(tries: [Try]) { self.tries = tries }
}

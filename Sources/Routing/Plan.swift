import Jobs

/// The ordered tries by which one job may be started.
package struct Plan: Sendable {
    /// One account and one model; the accounts of one group share load.
    package struct Try: Sendable {
        package var account: String
        package var model: Model
        package var adapt: AdaptPolicy
        /// Whether a job that failed here (not by moderation or bad input) goes on to the next try.
        package var continuesAfterFailure: Bool

        package init(account: String, model: Model, adapt: AdaptPolicy, continuesAfterFailure: Bool = false) {
            self.account = account
            self.model = model
            self.adapt = adapt
            self.continuesAfterFailure = continuesAfterFailure
        }
    }

    package var tries: [Try]

    /// Where a job goes on that failed at this model: the other accounts that share its load, and what comes behind them, but for what was
    /// tried. Nothing unless the alias says so.
    /// - Parameter tried: words of tries.
    package func next(after account: String, _ model: String, tried: [String]) -> [Try] {
        guard let failed = tries.first(where: { $0.account == account && $0.model.name == model }), failed.continuesAfterFailure,
            let place = tries.firstIndex(where: { $0.model.fullName == failed.model.fullName })
        else { return [] }
        let done = Set(tried + [Plan.key(account, model)])
        return tries[place...].filter { !done.contains(Plan.key($0.account, $0.model.name)) }
    }

    /// Names a try for good.
    package static func key(_ account: String, _ model: String) -> String { account + " " + model }
    package init(tries: [Try]) { self.tries = tries }
}

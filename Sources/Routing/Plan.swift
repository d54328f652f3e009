import Jobs

/// The ordered tries by which one job may be started.
package struct Plan: Sendable {
    /// One account and one model; the accounts of one group share load.
    package struct Try: Sendable {
        package var account: String
        package var model: Model
        package var adapt: Adapt
        /// Whether a job that failed here (not by moderation or bad input) goes on to the next try.
        package var continuesAfterFailure: Bool

        package init(account: String, model: Model, adapt: Adapt, continuesAfterFailure: Bool = false) {
            self.account = account
            self.model = model
            self.adapt = adapt
            self.continuesAfterFailure = continuesAfterFailure
        }
    }

    package var tries: [Try]
    package init(tries: [Try]) { self.tries = tries }
}

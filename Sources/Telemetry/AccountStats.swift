/// The current state of one account: its circuit breaker, its jobs, and the creates that wait for it.
package struct AccountStats: Sendable {
    package var account: String
    /// `passing`, `tripped`, `probing`.
    package var state: String
    /// How often its breaker has tripped since the program started.
    package var trips: Int
    /// Jobs that occupy slots; counted only where `slots` is set.
    package var jobs: Int
    /// How many jobs it may run at once; nil without a limit.
    package var slots: Int?
    /// Creates that wait for it.
    package var waiting: Int

    package init(account: String, state: String, trips: Int, jobs: Int, slots: Int?, waiting: Int) {
        (self.account, self.state, self.trips, self.jobs, self.slots, self.waiting) = (account, state, trips, jobs, slots, waiting)
    }
}

/// Where one account stands at this moment: its breaker, its jobs, who waits for it.
package struct AccountStats: Sendable {
    package var account: String
    /// `passing`, `tripped`, `probing`.
    package var state: String
    /// How often its breaker has tripped since the start.
    package var trips: Int
    /// Jobs that hold slots; only counted where there is a bound.
    package var jobs: Int
    package var slots: Int?
    /// Creates that wait for it.
    package var waiting: Int

    package init(account: String, state: String, trips: Int, jobs: Int, slots: Int?, waiting: Int) {
        (self.account, self.state, self.trips, self.jobs, self.slots, self.waiting) = (account, state, trips, jobs, slots, waiting)
    }
}

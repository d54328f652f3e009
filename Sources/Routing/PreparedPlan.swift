import Jobs

/// What requests for one model name have in common under one configuration: their tries, but for the order of accounts that share a load.
package final class PreparedPlan: Sendable {
    /// The accounts of one vendor, which share the load of one model.
    struct Group: Sendable {
        let tries: [Plan.Try]
        /// Empty if there is only one try.
        let weights: [Int]

        init(_ tries: [Plan.Try], weights: [Int] = []) { (self.tries, self.weights) = (tries, weights) }
    }

    private let groups: [Group]
    /// Whether retired models come last: in an alias, where another may serve instead.
    private let putsRetiredLast: Bool
    /// The plan of every request, where neither load sharing nor the date changes the order.
    private let fixed: Plan?

    init(_ groups: [Group], isAlias: Bool) {
        let tries = groups.flatMap(\.tries)
        self.groups = groups
        putsRetiredLast = isAlias && tries.contains { $0.model.retiresOn != nil }
        fixed = putsRetiredLast || groups.contains { $0.tries.count > 1 } ? nil : Plan(tries: tries)
    }

    /// The tries of one request in their order.
    /// - Parameters:
    ///   - order: orders the accounts of one vendor: gets their weights, returns their indices.
    ///   - isRetired: which models an alias tries last.
    package func plan(order: ([Int]) -> [Int], isRetired: (Model) -> Bool) -> Plan {
        if let fixed { return fixed }
        let tries = groups.flatMap { group in group.tries.count > 1 ? order(group.weights).map { group.tries[$0] } : group.tries }
        guard putsRetiredLast else { return Plan(tries: tries) }
        return Plan(tries: tries.filter { !isRetired($0.model) } + tries.filter { isRetired($0.model) })
    }
}

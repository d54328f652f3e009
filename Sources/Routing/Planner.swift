import Catalog
import Jobs
import Synchronization
import Wire

/// Finds the tries for a model name: an alias, `account/model`, `vendor/model`, or a bare model name where it is unambiguous.
///
/// An object of one configuration: a new configuration has a new one, without the plans that this one has prepared.
package final class Planner: Sendable {
    /// An account as routing sees it.
    package struct Account: Sendable {
        package var name: String
        package var vendor: String
        /// The share of the load among the accounts of one vendor.
        package var weight: Int
        /// Patterns of the models that it may serve (`Pattern`); empty means all.
        package var models: [String]

        package init(name: String, vendor: String, weight: Int = 1, models: [String] = []) {
            self.name = name
            self.vendor = vendor
            self.weight = weight
            self.models = models
        }
    }

    /// One line of an alias in the configuration.
    package struct Target: Sendable {
        package var model: String
        package var adapt: AdaptPolicy
        package var continuesAfterFailure: Bool

        package init(model: String, adapt: AdaptPolicy = .nearest, continuesAfterFailure: Bool = false) {
            self.model = model
            self.adapt = adapt
            self.continuesAfterFailure = continuesAfterFailure
        }
    }

    /// The vendor that serves every model while no account is configured.
    package static let testVendor = "test"
    /// The test vendor's model for names that are in no catalog.
    private static let genericTestModel = "card"

    package let accounts: [Account]
    package let aliases: [(name: String, targets: [Target])]
    let catalog: Catalog
    private let targetsByAlias: [String: [Target]]
    private let prepared = Mutex(TwoGenerationCache<String, PreparedPlan>(capacity: Planner.maxPrepared))

    /// More than the models of most catalogs. A plan takes about a kilobyte.
    static let maxPrepared = 1024

    /// - Parameter simulates: whether the test vendor serves the models of all others while no other account exists.
    package init(accounts: [Account], aliases: [(name: String, targets: [Target])], catalog: Catalog, simulates: Bool = true) {
        isSimulated = simulates && accounts.allSatisfy { $0.vendor == Planner.testVendor }
        self.accounts = accounts
        self.aliases = aliases
        self.catalog = catalog
        targetsByAlias = Dictionary(aliases.map { ($0.name, $0.targets) }, uniquingKeysWith: { $1 })
    }

    /// Whether the test vendor serves every model because no other account exists.
    package let isSimulated: Bool

    package func isAlias(_ name: String) -> Bool { targetsByAlias[name] != nil }

    /// The tries for a model name.
    /// - Parameters:
    ///   - order: orders the accounts of one vendor: gets their weights, returns their indices.
    ///   - isRetired: which models an alias tries last.
    /// - Throws: a fault of kind `.unknownModel` that names similar models.
    package func plan(
        for name: String, order: ([Int]) -> [Int] = { Array($0.indices) }, isRetired: (Model) -> Bool = { _ in false }
    ) throws(Fault) -> Plan {
        try preparedPlan(for: name).plan(order: order, isRetired: isRetired)
    }

    /// The number of prepared plans in memory.
    var preparedCount: Int { prepared.withLock { $0.count } }

    /// What requests for the name have in common, prepared by the first of them. Names come from clients, so only the last ones are kept.
    private func preparedPlan(for name: String) throws(Fault) -> PreparedPlan {
        if let known = prepared.withLock({ $0[name] }) { return known }
        let plan = try makePlan(for: name)
        prepared.withLock { $0.store(name, plan) }
        return plan
    }

    private func makePlan(for name: String) throws(Fault) -> PreparedPlan {
        if let targets = targetsByAlias[name] { return try makePlan(for: name, servedBy: targets) }
        let groups = resolve(name, adapt: .strict, continues: false)
        if !groups.isEmpty { return PreparedPlan(groups, isAlias: false) }
        if isSimulated {
            let known = find(name)
            // A probable typo is refused, as it would be with accounts; any other name may be a model of the caller's own.
            if known == nil, let meant = typo(of: name) { throw unknownModelFault(name, meant: meant) }
            return simulatedPlan(for: name, as: known, adapt: .strict)
        }
        throw unknownModelFault(name)
    }

    private func makePlan(for alias: String, servedBy targets: [Target]) throws(Fault) -> PreparedPlan {
        let groups = targets.flatMap { resolve($0.model, adapt: $0.adapt, continues: $0.continuesAfterFailure) }
        if !groups.isEmpty { return PreparedPlan(groups, isAlias: true) }
        if isSimulated {
            // A name that the catalog has keeps its own limits; any other alias is served as its first known model.
            if let own = find(alias) { return simulatedPlan(for: alias, as: own, adapt: .strict) }
            return simulatedPlan(
                for: alias, as: targets.lazy.compactMap { self.find($0.model) }.first, adapt: targets.first?.adapt ?? .strict)
        }
        throw Fault(
            .unknownModel, "No account is configured for any of the models behind '\(alias)'.", param: "model", code: "model_not_found")
    }

    /// Every model that an account can serve, with the first such account.
    package func availableModels() -> [(model: Model, account: String)] {
        catalog.vendors.flatMap { catalog.models(of: $0) }.compactMap { model in
            accounts.first { $0.vendor == model.vendor && allows($0, model.name) }.map { (model, $0.name) }
        }
    }

    private func resolve(_ name: String, adapt: AdaptPolicy, continues: Bool) -> [PreparedPlan.Group] {
        let found = group(qualified(name), adapt, continues: continues) ?? group(bare(name), adapt, continues: continues)
        return found.map { [$0] } ?? []
    }

    private typealias Interpretation = (vendor: String, account: String?, model: String)

    /// The tries of the first interpretation that an account can serve.
    private func group(_ interpretations: [Interpretation], _ adapt: AdaptPolicy, continues: Bool) -> PreparedPlan.Group? {
        for (vendor, fixed, rest) in interpretations {
            guard let model = catalog.model(rest, of: vendor) else { continue }
            let able = accounts.filter { $0.vendor == vendor && (fixed == nil || $0.name == fixed) && allows($0, model.name) }
            if able.isEmpty { continue }
            return PreparedPlan.Group(
                able.map { Plan.Try(account: $0.name, model: model, adapt: adapt, continuesAfterFailure: continues) },
                weights: able.map(\.weight))
        }
        return nil
    }

    /// The interpretations of a name with a slash: `account/model` and `vendor/model`.
    private func qualified(_ name: String) -> [Interpretation] {
        var result: [Interpretation] = []
        if let slash = name.firstIndex(of: "/") {
            let head = String(name[..<slash])
            let rest = String(name[name.index(after: slash)...])
            if let account = accounts.first(where: { $0.name == head }) { result.append((account.vendor, account.name, rest)) }
            if accounts.contains(where: { $0.vendor == head }) { result.append((head, nil, rest)) }
        }
        return result
    }

    /// The name as that of a model, which may hold slashes itself (`owner/app/mode`), at every vendor with an account that has it. The test
    /// vendor never serves it beside other accounts. Searches the whole catalog, so it is tried last.
    private func bare(_ name: String) -> [Interpretation] {
        let vendors = Set(catalog.models(named: name).map(\.vendor)).subtracting([Planner.testVendor])
        return accounts.map(\.vendor).filter(vendors.contains).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.map {
            ($0, nil, name)
        }
    }

    /// A model of the catalog by any of its names, whether an account can serve it or not.
    func find(_ name: String) -> Model? {
        if let slash = name.firstIndex(of: "/") {
            let vendor = String(name[..<slash])
            // Model names of resellers begin with other vendors' names.
            if let model = catalog.model(String(name[name.index(after: slash)...]), of: vendor) { return model }
        }
        // The test vendor's own models come first: it has limits for names that several vendors use.
        return catalog.model(name, of: Planner.testVendor) ?? catalog.models(named: name).first
    }

    /// A try at the test vendor: with the limits of a known model, or without limits for any other name.
    private func simulatedPlan(for name: String, as known: Model?, adapt: AdaptPolicy) -> PreparedPlan {
        let model =
            known
            ?? Model(vendor: Planner.testVendor, name: name, upstream: Planner.genericTestModel, title: name).changed {
                $0.acceptsAnything = true
                $0.prices = [Model.Price(.zero, per: .clip)]
            }
        return PreparedPlan([.init([Plan.Try(account: Planner.testVendor, model: model, adapt: adapt)])], isAlias: false)
    }

    func allows(_ account: Account, _ model: String) -> Bool { account.models.isEmpty || Pattern.any(account.models, match: model) }
}

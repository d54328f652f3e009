import Catalog
import Jobs
import Wire

/// Finds the tries for a model name: an alias, `account/model`, `vendor/model`, or a bare model name where it is unambiguous.
package struct Planner: Sendable {
    /// What routing needs to know of an account.
    package struct Account: Sendable {
        package var name: String
        package var vendor: String
        /// Share of the load among the accounts of one vendor.
        package var weight: Int
        /// Model names it may play, with `*` at the end as a wildcard; empty means all.
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

    /// The vendor that plays everything while there is no account.
    package static let testVendor = "test"
    /// The test card's model for names that no catalog knows.
    private static let genericTestModel = "card"

    package let accounts: [Account]
    package let aliases: [(name: String, targets: [Target])]
    let catalog: Catalog
    private let targetsByAlias: [String: [Target]]

    /// - Parameter rehearses: whether the test vendor stands in for all others while no other account exists.
    package init(accounts: [Account], aliases: [(name: String, targets: [Target])], catalog: Catalog, simulates: Bool = true) {
        isSimulated = simulates && accounts.allSatisfy { $0.vendor == Planner.testVendor }
        self.accounts = accounts
        self.aliases = aliases
        self.catalog = catalog
        targetsByAlias = Dictionary(aliases.map { ($0.name, $0.targets) }, uniquingKeysWith: { $1 })
    }

    /// True while no vendor account exists: every model is played by the test card.
    package let isSimulated: Bool

    package func isAlias(_ name: String) -> Bool { targetsByAlias[name] != nil }

    /// - Parameters:
    ///   - order: shuffles the accounts of one vendor by weight; given `n` accounts with their weights it returns their order.
    ///   - isRetired: which models an alias tries last.
    /// - Throws: `.unknownModel` naming what is near.
    package func plan(
        for name: String, order: ([Int]) -> [Int] = { Array($0.indices) }, isRetired: (Model) -> Bool = { _ in false }
    ) throws(Fault) -> Plan {
        if let targets = targetsByAlias[name] {
            var tries: [Plan.Try] = []
            for target in targets {
                tries += resolve(target.model, adapt: target.adapt, goesOn: target.continuesAfterFailure, order: order)
            }
            if !tries.isEmpty { return Plan(tries: Planner.retiredLast(tries, isRetired)) }
            if isSimulated {
                // A name with limits of its own keeps them; any other alias is played as its first model, and adapts as it would.
                if let own = find(name) { return Plan(tries: [simulatedTry(for: name, as: own, adapt: .strict)]) }
                return Plan(tries: [
                    simulatedTry(for: name, as: targets.lazy.compactMap { find($0.model) }.first, adapt: targets.first?.adapt ?? .strict)
                ])
            }
            throw Fault(
                .unknownModel, "No account is configured for any of the models behind '\(name)'.", param: "model", code: "model_not_found")
        }
        let tries = resolve(name, adapt: .strict, goesOn: false, order: order)
        if !tries.isEmpty { return Plan(tries: tries) }
        if isSimulated {
            let known = find(name)
            // What looks like a slip is refused, as it would be with accounts; any other name may be a model of the caller's own.
            if known == nil, let meant = typo(of: name) { throw unknownModelFault(name, meant: meant) }
            return Plan(tries: [simulatedTry(for: name, as: known, adapt: .strict)])
        }
        throw unknownModelFault(name)
    }

    /// Every model that an account can play, with the first such account.
    package func availableModels() -> [(model: Model, account: String)] {
        catalog.vendors.flatMap { catalog.models(of: $0) }.compactMap { model in
            accounts.first { $0.vendor == model.vendor && allows($0, model.name) }.map { (model, $0.name) }
        }
    }

    private func resolve(_ name: String, adapt: AdaptPolicy, goesOn: Bool, order: ([Int]) -> [Int]) -> [Plan.Try] {
        let tries = tries(of: qualified(name), adapt, goesOn, order: order)
        return tries.isEmpty ? self.tries(of: bare(name), adapt, goesOn, order: order) : tries
    }

    private typealias Interpretation = (vendor: String, account: String?, model: String)

    private func tries(of interpretations: [Interpretation], _ adapt: AdaptPolicy, _ goesOn: Bool, order: ([Int]) -> [Int]) -> [Plan.Try] {
        var tries: [Plan.Try] = []
        for (vendor, fixed, rest) in interpretations {
            guard let model = catalog.model(rest, of: vendor) else { continue }
            let able = accounts.filter { $0.vendor == vendor && (fixed == nil || $0.name == fixed) && allows($0, model.name) }
            for place in able.count > 1 ? order(able.map(\.weight)) : Array(able.indices) {
                tries.append(Plan.Try(account: able[place].name, model: model, adapt: adapt, continuesAfterFailure: goesOn))
            }
            if !tries.isEmpty { return tries }
        }
        return tries
    }

    /// The ways to read a name with a slash: below an account, or below a vendor.
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

    /// The name as that of a model, which may hold slashes of its own (`owner/app/mode`): every vendor with an account that has it. The
    /// test card is never taken for the real thing. Looks through the whole catalog, so it comes last.
    private func bare(_ name: String) -> [Interpretation] {
        let vendors = Set(catalog.models(named: name).map(\.vendor)).subtracting([Planner.testVendor])
        return accounts.map(\.vendor).filter(vendors.contains).uniqued().map { ($0, nil, name) }
    }

    /// A model of the catalog by any of its names, whether an account could play it or not.
    func find(_ name: String) -> Model? {
        if let slash = name.firstIndex(of: "/") {
            let vendor = String(name[..<slash])
            // A reseller's names begin with other vendors' names.
            if let model = catalog.model(String(name[name.index(after: slash)...]), of: vendor) { return model }
        }
        // The test card's own models come first: it keeps limits under names that several vendors use.
        return catalog.model(name, of: Planner.testVendor) ?? catalog.models(named: name).first
    }

    /// What the test card plays: a model of the catalog within its own limits, and any other name as it is.
    private func simulatedTry(for name: String, as known: Model?, adapt: AdaptPolicy) -> Plan.Try {
        var model = known ?? Model(vendor: Planner.testVendor, name: name, upstream: Planner.genericTestModel, title: name)
        if known == nil {
            model.acceptsAnything = true
            model.prices = [Model.Price(.zero, per: .clip)]
        }
        return Plan.Try(account: Planner.testVendor, model: model, adapt: adapt)
    }

    func allows(_ account: Account, _ model: String) -> Bool { account.models.isEmpty || Pattern.any(account.models, match: model) }

    private static func retiredLast(_ tries: [Plan.Try], _ isRetired: (Model) -> Bool) -> [Plan.Try] {
        guard tries.contains(where: { $0.model.retiresOn != nil }) else { return tries }
        return tries.filter { !isRetired($0.model) } + tries.filter { isRetired($0.model) }
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order of first appearance.
    func uniqued() -> [Element] {
        var seen = Set<Element>()
        return filter { seen.insert($0).inserted }
    }
}

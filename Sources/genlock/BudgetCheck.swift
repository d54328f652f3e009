import Catalog
import Configuration
import Gateway
import Jobs
import Routing
import Upstream

/// Finds models that a key with a budget can never use, because their price is unknown.
struct BudgetCheck {
    private let configuration: Configuration
    private let config: RuntimeConfig

    init(_ configuration: Configuration, _ config: RuntimeConfig) { (self.configuration, self.config) = (configuration, config) }

    var warnings: [String] {
        guard !config.planner.isSimulated else { return [] }
        return configuration.keys.filter { $0.budget != nil && $0.unpriced == .refuse }.flatMap(warnings(for:))
    }

    private func warnings(for key: Configuration.Key) -> [String] {
        let named = key.models.map(\.description).filter { !$0.contains("*") && !config.planner.isAlias($0) }
        let aliases = configuration.aliases.map(\.name).filter(key.allows)
        let refused = (aliases.map { (name: $0, kind: "alias") } + named.map { (name: $0, kind: "model") }).compactMap { entry in
            unpricedModels(behind: entry.name).map { models in
                "\(key.location): the key \"\(key.name)\" has a budget, and the \(entry.kind) \"\(entry.name)\" can only be refused: "
                    + "no price is known for \(models.joined(separator: ", ")). \(advice(models[0]))"
            }
        }
        return refused + accounts(of: key)
    }

    /// The models of a name, if none of them has a known price.
    private func unpricedModels(behind name: String) -> [String]? {
        guard let tries = try? config.planner.plan(for: name).tries, !tries.isEmpty, !tries.contains(where: hasCost) else { return nil }
        var models: [String] = []
        for attempt in tries {
            let model = "\(attempt.account)/\(attempt.model.name)"
            if !models.contains(model) { models.append(model) }
        }
        return models
    }

    /// Accounts of private servers, whose models no catalog lists.
    private func accounts(of key: Configuration.Key) -> [String] {
        configuration.accounts.compactMap { account in
            guard config.catalog.models(of: account.vendor).isEmpty, config.catalog.openModels[account.vendor] != nil,
                key.allows("\(account.name)/x") || key.allows("\(account.vendor)/x"), !hasCost("x", of: account.name)
            else { return nil }
            return
                "\(key.location): the key \"\(key.name)\" has a budget, and models of the account \"\(account.name)\" can only be refused: "
                + "no price is known for them. \(advice(account.name + "/*"))"
        }
    }

    private func hasCost(_ model: String, of account: String) -> Bool {
        (try? config.planner.plan(for: "\(account)/\(model)").tries)?.contains(where: hasCost) ?? false
    }

    private func hasCost(_ attempt: Plan.Try) -> Bool {
        guard let account = config.accounts[attempt.account] else { return false }
        return Model.Mode.allCases.filter(attempt.model.modes.contains).contains { mode in
            var job = ModelFilter().job(for: attempt.model.variant(for: mode), mode)
            job.dialectDefaults.duration = .seconds(4)
            guard let checked = try? config.catalog.validate(job, on: attempt.model, adapt: .nearest) else { return false }
            return account.cost(of: checked) != nil
        }
    }

    private func advice(_ model: String) -> String {
        "Set its price (prices: { \"\(model)\": 0.10 USD/second }), or the amount that such a job counts as (unpriced: of the key)."
    }
}

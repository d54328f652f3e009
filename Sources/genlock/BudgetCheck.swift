import Catalog
import Configuration
import Gateway
import Jobs
import Routing

/// Finds what keys with a budget can only be refused: a job without a known price is never started for them.
struct BudgetCheck {
    private let configuration: Configuration
    private let studio: Studio

    init(_ configuration: Configuration, _ studio: Studio) { (self.configuration, self.studio) = (configuration, studio) }

    var warnings: [String] {
        guard !studio.planner.isRehearsal else { return [] }
        return configuration.keys.filter { $0.budget != nil && $0.unpriced == .refuse }.flatMap(warnings(for:))
    }

    private func warnings(for key: Configuration.Key) -> [String] {
        let named = key.models.map(\.description).filter { !$0.contains("*") && !studio.planner.isAlias($0) }
        let aliases = configuration.aliases.map(\.name).filter(key.allows)
        let refused = (aliases.map { (name: $0, kind: "alias") } + named.map { (name: $0, kind: "model") }).compactMap { entry in
            unpriced(entry.name).map { models in
                "\(key.place): the key \"\(key.name)\" has a budget, and the \(entry.kind) \"\(entry.name)\" can only be refused: "
                    + "no price is known for \(models.joined(separator: ", ")). \(advice(models[0]))"
            }
        }
        return refused + accounts(of: key)
    }

    /// The models behind a name, if none of them has a known cost.
    private func unpriced(_ name: String) -> [String]? {
        guard let tries = try? studio.planner.plan(for: name).tries, !tries.isEmpty, !tries.contains(where: hasCost) else { return nil }
        var models: [String] = []
        for attempt in tries {
            let model = "\(attempt.account)/\(attempt.model.name)"
            if !models.contains(model) { models.append(model) }
        }
        return models
    }

    /// Accounts of servers of one's own, whose models no catalog lists.
    private func accounts(of key: Configuration.Key) -> [String] {
        configuration.accounts.compactMap { account in
            guard studio.catalog.models(of: account.vendor).isEmpty, studio.catalog.openModels[account.vendor] != nil,
                key.allows("\(account.name)/x") || key.allows("\(account.vendor)/x"), !hasCost("x", of: account.name)
            else { return nil }
            return "\(key.place): the key \"\(key.name)\" has a budget, and models of the account \"\(account.name)\" can only be refused: "
                + "no price is known for them. \(advice(account.name + "/*"))"
        }
    }

    private func hasCost(_ model: String, of account: String) -> Bool {
        (try? studio.planner.plan(for: "\(account)/\(model)").tries)?.contains(where: hasCost) ?? false
    }

    private func hasCost(_ attempt: Plan.Try) -> Bool {
        guard let account = studio.accounts[attempt.account] else { return false }
        return Model.Mode.allCases.filter(attempt.model.modes.contains).contains { mode in
            var job = Inquiry().job(for: attempt.model.variant(for: mode), mode)
            job.preferred.duration = .seconds(4)
            guard let checked = try? studio.catalog.check(job, on: attempt.model, adapt: .nearest) else { return false }
            return account.cost(of: checked) != nil
        }
    }

    private func advice(_ model: String) -> String {
        "Say what it costs (prices: { \"\(model)\": 0.10 USD/second }) or what such a job counts for (unpriced: of the key)."
    }
}

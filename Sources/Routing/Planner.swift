import Jobs

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
        package var adapt: Adapt
        package var continuesAfterFailure: Bool

        package init(model: String, adapt: Adapt = .nearest, continuesAfterFailure: Bool = false) {
            self.model = model
            self.adapt = adapt
            self.continuesAfterFailure = continuesAfterFailure
        }
    }

    /// The vendor that plays everything while there is no account.
    package static let rehearsal = "test"

    package let accounts: [Account]
    package let aliases: [(name: String, targets: [Target])]
    private let models: [Model]
    /// Vendors whose models nobody can list: any name below them is taken as it is.
    private let openVendors: [String: Model]
    private let targetsByAlias: [String: [Target]]

    package init(accounts: [Account], aliases: [(name: String, targets: [Target])], models: [Model], openVendors: [String: Model] = [:]) {
        self.accounts = accounts
        self.aliases = aliases
        self.models = models
        self.openVendors = openVendors
        targetsByAlias = Dictionary(aliases.map { ($0.name, $0.targets) }, uniquingKeysWith: { $1 })
    }

    /// True while no vendor account exists: every model is played by the test card.
    package var isRehearsal: Bool { accounts.allSatisfy { $0.vendor == Planner.rehearsal } }

    /// - Parameter order: shuffles the accounts of one vendor by weight; given `n` accounts with their weights it returns their order.
    /// - Throws: `.unknownModel` naming what is near, or `.misconfigured` if an alias leads nowhere.
    package func plan(for name: String, order: ([Int]) -> [Int] = { Array($0.indices) }) throws(Fault) -> Plan {
        if let targets = targetsByAlias[name] {
            var tries: [Plan.Try] = []
            for target in targets { tries += resolve(target.model, adapt: target.adapt, goesOn: target.continuesAfterFailure, order: order) }
            if !tries.isEmpty { return Plan(tries: tries) }
            if isRehearsal { return Plan(tries: [rehearse(name, as: targets.lazy.compactMap { find($0.model) }.first)]) }
            throw Fault(.unknownModel, "No account is configured for any of the models behind '\(name)'.", param: "model", code: "model_not_found")
        }
        let tries = resolve(name, adapt: .strict, goesOn: false, order: order)
        if !tries.isEmpty { return Plan(tries: tries) }
        if isRehearsal { return Plan(tries: [rehearse(name, as: find(name))]) }
        throw unknown(name)
    }

    /// Every model that an account can play, with the first such account.
    package func playable() -> [(model: Model, account: String)] {
        models.compactMap { model in
            accounts.first { $0.vendor == model.vendor && allows($0, model.name) }.map { (model, $0.name) }
        }
    }

    private func resolve(_ name: String, adapt: Adapt, goesOn: Bool, order: ([Int]) -> [Int]) -> [Plan.Try] {
        var tries: [Plan.Try] = []
        for (vendor, fixed, rest) in readings(of: name) {
            guard let model = model(rest, of: vendor) else { continue }
            let able = accounts.filter { $0.vendor == vendor && (fixed == nil || $0.name == fixed) && allows($0, model.name) }
            for place in order(able.map(\.weight)) {
                tries.append(Plan.Try(account: able[place].name, model: model, adapt: adapt, continuesAfterFailure: goesOn))
            }
            if !tries.isEmpty { return tries }
        }
        return tries
    }

    /// The ways to read a name: below an account, below a vendor, or bare.
    private func readings(of name: String) -> [(vendor: String, account: String?, model: String)] {
        var result: [(String, String?, String)] = []
        if let slash = name.firstIndex(of: "/") {
            let head = String(name[..<slash])
            let rest = String(name[name.index(after: slash)...])
            if let account = accounts.first(where: { $0.name == head }) { result.append((account.vendor, account.name, rest)) }
            if accounts.contains(where: { $0.vendor == head }) { result.append((head, nil, rest)) }
        }
        // A bare name, which may hold slashes of its own (`fal-ai/kling-video/…`): every vendor with an account that has it.
        let vendors = Set(models.lazy.filter { matches($0, name) }.map(\.vendor))
        result += accounts.map(\.vendor).filter(vendors.contains).uniqued().map { ($0, nil, name) }
        return result
    }

    private func model(_ name: String, of vendor: String) -> Model? {
        if let known = models.first(where: { $0.vendor == vendor && matches($0, name) }) { return known }
        guard var open = openVendors[vendor], !name.isEmpty else { return nil }
        open.name = name
        open.upstream = name
        return open
    }

    private func find(_ name: String) -> Model? {
        models.first { $0.fullName == name } ?? models.first { matches($0, name) || $0.vendor + "/" + $0.upstream == name }
    }

    /// What the test card plays: a model of the catalog within its own limits, and any other name as it is.
    private func rehearse(_ name: String, as model: Model?) -> Plan.Try {
        let targets = targetsByAlias[name]
        var played = model ?? openVendors[Planner.rehearsal] ?? Model(vendor: Planner.rehearsal, name: name, upstream: "card", title: name)
        if model == nil { played.name = name }
        return Plan.Try(account: Planner.rehearsal, model: played, adapt: targets?.first?.adapt ?? .strict)
    }

    private func matches(_ model: Model, _ name: String) -> Bool { model.name == name || model.upstream == name || model.aliases.contains(name) }

    private func allows(_ account: Account, _ model: String) -> Bool { account.models.isEmpty || Pattern.any(account.models, match: model) }

    private func unknown(_ name: String) -> Fault {
        let bare = name.split(separator: "/").last.map(String.init) ?? name
        let names = aliases.map(\.name) + playable().map(\.model.fullName)
        let near = names.filter { $0.contains(bare) || bare.contains($0.split(separator: "/").last ?? "\u{0}") }
        let shown = (near.isEmpty ? names : near).prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        let hint = shown.isEmpty ? "" : (near.isEmpty ? " Some that do: \(shown)." : " Near it: \(shown).")
        return Fault(.unknownModel, "The model '\(name.prefix(120))' does not exist or no account can play it.\(hint)", param: "model", code: "model_not_found")
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order of first appearance.
    func uniqued() -> [Element] {
        var seen = Set<Element>()
        return filter { seen.insert($0).inserted }
    }
}

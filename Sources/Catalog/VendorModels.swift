import Jobs
import Wire

/// The models of one vendor, from one or two files (the shipped one and an override).
struct VendorModels: Sendable {
    private(set) var models: [Model] = []
    /// What is known about unlisted models, and the pattern of their names (`*` stands for any text).
    private var unlistedModels: (model: Model, named: String)?
    /// Prices of unlisted models, by name.
    private var unlistedPrices: [String: [Model.Price]] = [:]
    private var indexByName: [String: Int] = [:]
    /// By `Model.upstream`.
    private var indexByUpstream: [String: Int] = [:]

    /// Adds the models of a file. A model with a known name replaces the earlier one; `null` removes it.
    mutating func read(_ root: LocatedJSON, vendor: String) throws(CatalogError) {
        let members = try root.members(known: Catalog.members, besides: root.json["start"] != nil)
        var reader = ModelReader().adding(members.filter { ["source", "seen"].contains($0.key) })
        if let defaults = members["defaults"] { reader = try reader.adding(defaults) }
        for (name, node) in try members["models"]?.members() ?? [] {
            if let place = indexByName[name], models[place].name == name {
                models.remove(at: place)
                rebuildIndex()
            }
            if !node.json.isNull { models.append(try model(reader.adding(node), vendor, name: name)) }
        }
        if let node = members["others"] {
            let named = try node.members(known: ModelReader.known + ["named"])["named"]?.string() ?? "*"
            unlistedModels = (try reader.adding(node, known: ModelReader.known + ["named"]).model(vendor: vendor, name: ""), named)
        }
        try checkNames(root)
        rebuildIndex()
        if let node = members["prices"] { try readPrices(node, isRefreshed: members["refreshed"] != nil) }
    }

    /// Replaces prices, by the name of a model, or by the upstream name of a model or of one of its variants.
    /// - Parameter isRefreshed: whether a program wrote the list, for a catalog that may have changed since; unknown names are then
    /// ignored.
    private mutating func readPrices(_ node: LocatedJSON, isRefreshed: Bool) throws(CatalogError) {
        let lists = try PriceReader.lists(node)
        var rest: [(name: String, prices: [Model.Price], node: LocatedJSON)] = []
        for list in lists {
            guard let place = indexByName[list.name] else {
                rest.append(list)
                continue
            }
            models[place] = models[place].priced(list.prices)
        }
        // Upstream names come second: the price of a variant is more specific than that of the model.
        for list in rest {
            if let place = indexByUpstream[list.name] {
                models[place] = models[place].priced(list.prices, upstream: list.name)
            } else if let unlistedModels, VendorModels.fits(list.name, unlistedModels.named) {
                unlistedPrices[list.name] = list.prices
            } else if !isRefreshed {
                throw list.node.catalogError(
                    "no model is called '\(list.name)'." + Suggestion.question(for: list.name, among: Array(indexByName.keys)))
            }
        }
    }

    /// What is known about unlisted models; nil if none are accepted.
    var unlisted: Model? { unlistedModels?.model }

    /// The model with that name, alias or upstream name; an unlisted one if the vendor accepts those.
    func model(_ name: String) -> Model? {
        if let model = listed(name) { return model }
        if let place = indexByUpstream[name], let part = models[place].part(upstream: name) { return part.changed { $0.name = name } }
        guard let unlistedModels, !name.isEmpty, VendorModels.fits(name, unlistedModels.named) else { return nil }
        return unlistedModels.model.changed { facts in
            (facts.name, facts.upstream, facts.title) = (name, name, name)
            if let prices = unlistedPrices[name] { facts.prices = prices }
        }
    }

    /// The model with that name or alias.
    func listed(_ name: String) -> Model? { indexByName[name].map { models[$0] } }

    /// Every name and alias.
    var names: [String] { Array(indexByName.keys) }

    private func model(_ reader: ModelReader, _ vendor: String, name: String) throws(CatalogError) -> Model {
        try reader.model(vendor: vendor, name: name).merged(try reader.variants(vendor: vendor, name: name))
    }

    private mutating func rebuildIndex() {
        (indexByName, indexByUpstream) = ([:], [:])
        for (place, model) in models.enumerated() {
            for name in [model.name] + model.aliases { indexByName[name] = place }
            for part in [model] + model.variants where indexByUpstream[part.upstream] == nil { indexByUpstream[part.upstream] = place }
        }
    }

    private func checkNames(_ root: LocatedJSON) throws(CatalogError) {
        var owners: [String: String] = [:]
        for model in models {
            for name in [model.name] + model.aliases {
                guard let other = owners.updateValue(model.name, forKey: name) else { continue }
                throw root.catalogError("the name '\(name)' belongs to both \(other) and \(model.name)")
            }
        }
    }

    /// Whether a name fits a pattern in which `*` stands for any text.
    static func fits(_ name: String, _ pattern: String) -> Bool {
        if pattern == "*" { return true }
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return name == pattern }
        var rest = name[...]
        for (place, part) in parts.enumerated() {
            if place == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if place == parts.count - 1 {
                return rest.hasSuffix(part)
            } else {
                guard let end = VendorModels.end(of: part, in: rest) else { return false }
                rest = rest[end...]
            }
        }
        return true
    }

    private static func end(of part: Substring, in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(part) { return text.index(start, offsetBy: part.count) }
            start = text.index(after: start)
        }
        return nil
    }
}

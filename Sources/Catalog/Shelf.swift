import Jobs
import Wire

/// The models of one vendor, as one or two files (the shipped one and an override) tell them.
struct Shelf: Sendable {
    private(set) var models: [Model] = []
    /// What is known of models that are not listed, and which names they may have (`*` stands for anything).
    private var others: (model: Model, named: String)?
    /// Prices of models that are not listed.
    private var otherPrices: [String: [Model.Price]] = [:]
    private var places: [String: Int] = [:]
    /// By what the vendor itself calls them.
    private var upstreams: [String: Int] = [:]

    /// Reads the file onto the shelf; a model that is there already is replaced, one that is `null` is taken away.
    mutating func read(_ root: Spot, vendor: String) throws(CatalogMistake) {
        let members = try root.members(known: Catalog.members, besides: root.json["start"] != nil)
        var reader = ModelReader().adding(members.filter { ["source", "seen"].contains($0.key) })
        if let defaults = members["defaults"] { reader = try reader.adding(defaults) }
        for (name, spot) in try members["models"]?.members() ?? [] {
            if let place = places[name], models[place].name == name {
                models.remove(at: place)
                index()
            }
            if !spot.json.isNull { models.append(try model(reader.adding(spot), vendor, name)) }
        }
        if let spot = members["others"] {
            let named = try spot.members(known: ModelReader.known + ["named"])["named"]?.string() ?? "*"
            others = (try reader.adding(spot, known: ModelReader.known + ["named"]).model(vendor: vendor, name: ""), named)
        }
        try checkNames(root)
        index()
        if let spot = members["prices"] { try readPrices(spot, isRefreshed: members["refreshed"] != nil) }
    }

    /// Prices by the name of a model, or by the vendor's own name for it or for one of its variants, in place of those that it has.
    /// - Parameter isRefreshed: a program wrote the list, for a catalog that may have changed since; what is gone is passed over.
    private mutating func readPrices(_ spot: Spot, isRefreshed: Bool) throws(CatalogMistake) {
        let lists = try PriceReader.lists(spot)
        var rest: [(name: String, prices: [Model.Price], spot: Spot)] = []
        for list in lists {
            guard let place = places[list.name] else { rest.append(list); continue }
            models[place].setPrices(list.prices)
        }
        // The vendor's names come second: a variant's price is closer than that of the whole.
        for list in rest {
            if let place = upstreams[list.name] {
                models[place].setPrices(list.prices, upstream: list.name)
            } else if let others, Shelf.fits(list.name, others.named) {
                otherPrices[list.name] = list.prices
            } else if !isRefreshed {
                throw list.spot.mistake("no model is called '\(list.name)'." + Spelling.hint(list.name, Array(places.keys)))
            }
        }
    }

    /// What is known of models that are not listed, if any are taken.
    var open: Model? { others?.model }

    /// By name, alias or the vendor's own name for it; an unlisted one where the vendor takes those.
    func model(_ name: String) -> Model? {
        if let model = listed(name) { return model }
        if let place = upstreams[name], var part = models[place].part(upstream: name) {
            part.name = name
            return part
        }
        guard let others, !name.isEmpty, Shelf.fits(name, others.named) else { return nil }
        var model = others.model
        (model.name, model.upstream, model.title) = (name, name, name)
        if let prices = otherPrices[name] { model.prices = prices }
        return model
    }

    /// By name or alias.
    func listed(_ name: String) -> Model? { places[name].map { models[$0] } }

    /// Every name and alias.
    var names: [String] { Array(places.keys) }

    private func model(_ reader: ModelReader, _ vendor: String, _ name: String) throws(CatalogMistake) -> Model {
        var model = try reader.model(vendor: vendor, name: name)
        let variants = try reader.variants(vendor: vendor, name: name)
        if !variants.isEmpty { model.gather(variants) }
        return model
    }

    private mutating func index() {
        (places, upstreams) = ([:], [:])
        for (place, model) in models.enumerated() {
            for name in [model.name] + model.aliases { places[name] = place }
            for part in [model] + model.variants where upstreams[part.upstream] == nil { upstreams[part.upstream] = place }
        }
    }

    private func checkNames(_ root: Spot) throws(CatalogMistake) {
        var owners: [String: String] = [:]
        for model in models {
            for name in [model.name] + model.aliases {
                guard let other = owners.updateValue(model.name, forKey: name) else { continue }
                throw root.mistake("the name '\(name)' belongs to both \(other) and \(model.name)")
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
                guard let end = Shelf.end(of: part, in: rest) else { return false }
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

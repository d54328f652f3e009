import Jobs
import Wire

/// The models of one vendor, as one or two files (the shipped one and an override) tell them.
struct Shelf: Sendable {
    private(set) var models: [Model] = []
    /// What is known of models that are not listed, and which names they may have (`*` stands for anything).
    private var others: (model: Model, named: String)?
    private var places: [String: Int] = [:]
    /// By what the vendor itself calls it: the model, and which of its variants (from 1; 0 is the model itself).
    private var upstreams: [String: (place: Int, variant: Int)] = [:]

    /// Reads the file onto the shelf; a model that is there already is replaced, one that is `null` is taken away.
    mutating func read(_ root: Spot, vendor: String) throws(CatalogMistake) {
        let members = try root.members(known: ["vendor", "note", "source", "seen", "defaults", "others", "models"])
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
    }

    /// What is known of models that are not listed, if any are taken.
    var open: Model? { others?.model }

    /// By name, alias or the vendor's own name for it; an unlisted one where the vendor takes those.
    func model(_ name: String) -> Model? {
        if let model = listed(name) { return model }
        if let (place, number) = upstreams[name] {
            var variant = number == 0 ? models[place] : models[place].variants[number - 1]
            variant.variants = []
            variant.name = name
            return variant
        }
        guard let others, !name.isEmpty, Shelf.fits(name, others.named) else { return nil }
        var model = others.model
        (model.name, model.upstream, model.title) = (name, name, name)
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
            for (number, variant) in ([model] + model.variants).enumerated() where upstreams[variant.upstream] == nil {
                upstreams[variant.upstream] = (place, number)
            }
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

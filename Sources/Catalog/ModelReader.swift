import Jobs
import Wire

/// Reads one model from layers of facts: the vendor's defaults, the model's own, a variant's own. The last layer that has a fact wins;
/// `null` there removes the fact. Only `wire` is merged member by member.
struct ModelReader {
    static let known = [
        "title", "upstream", "aliases", "modes", "seconds", "sizes", "tiers", "ratios", "usual", "fps", "seed", "negative_prompt", "audio",
        "prompt_limit", "prompt_needed", "media", "fields", "choices", "rules", "prices", "wire", "source", "seen", "retires", "uncertain",
        "open", "note", "variants",
    ]

    /// The last one wins.
    private var layers: [[String: LocatedJSON]] = []

    func adding(_ node: LocatedJSON, known: [String] = ModelReader.known) throws(CatalogError) -> ModelReader {
        adding(try node.members(known: known))
    }

    func adding(_ layer: [String: LocatedJSON]) -> ModelReader {
        var reader = self
        reader.layers.append(layer)
        return reader
    }

    func model(vendor: String, name: String) throws(CatalogError) -> Model {
        var facts = Model.Facts(vendor: vendor, name: name, upstream: try text("upstream") ?? name, title: try text("title") ?? name)
        try readSources(&facts)
        try readLimits(&facts)
        try readMedia(&facts)
        try readRules(&facts)
        facts.wire = mergedWire()
        // A default that is always sent is certain.
        for name in facts.wire?["needed"]?.elements ?? [] { facts.defaults.uncertain.remove(name.string ?? "") }
        return Model(facts)
    }

    /// The variants of the last layer, each read on top of this model's layers.
    func variants(vendor: String, name: String) throws(CatalogError) -> [Model] {
        var result: [Model] = []
        for node in try value("variants")?.list() ?? [] {
            result.append(try adding(node).model(vendor: vendor, name: name))
        }
        return result
    }

    /// The value of that name in the last layer that has it, unless it is `null`.
    private func value(_ name: String) -> LocatedJSON? {
        guard let node = layers.last(where: { $0[name] != nil })?[name], !node.json.isNull else { return nil }
        return node
    }

    private func text(_ name: String) throws(CatalogError) -> String? { try value(name)?.string() }

    private func flag(_ name: String) throws(CatalogError) -> Bool? { try value(name)?.flag() }

    private func texts(_ name: String) throws(CatalogError) -> [String] {
        var result: [String] = []
        for node in try value(name)?.list() ?? [] { result.append(try node.string()) }
        return result
    }

    private func readSources(_ facts: inout Model.Facts) throws(CatalogError) {
        facts.aliases = try texts("aliases")
        facts.source = try text("source") ?? ""
        facts.verifiedOn = try day("seen") ?? ""
        facts.retiresOn = try day("retires")
        facts.uncertain = try flag("uncertain") ?? false
        facts.acceptsAnything = try flag("open") ?? false
    }

    private func day(_ name: String) throws(CatalogError) -> String? {
        guard let node = value(name) else { return nil }
        let parts = try node.string().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ Int($0) != nil }) else {
            throw node.catalogError("must be a day such as 2026-11-20")
        }
        return try node.string()
    }

    private func readLimits(_ facts: inout Model.Facts) throws(CatalogError) {
        if let nodes = try value("modes")?.list() {
            facts.modes = []
            for node in nodes { facts.modes.insert(try node.word(Model.Mode.self)) }
        }
        if let node = value("seconds") { facts.durations = try LimitReader.durations(node) }
        for node in try value("sizes")?.list() ?? [] { facts.sizes.append(try LimitReader.size(node)) }
        for node in try value("tiers")?.list() ?? [] { facts.resolutions.append(try LimitReader.resolution(node)) }
        for node in try value("ratios")?.list() ?? [] { facts.aspectRatios.append(try LimitReader.aspectRatio(node)) }
        for node in try value("fps")?.list() ?? [] { facts.framesPerSecond.append(try node.number()) }
        if let node = value("usual") { facts.defaults = try LimitReader.defaults(node) }
        if let node = value("seed") { facts.seeds = try LimitReader.seeds(node) }
        facts.negativePrompt = try flag("negative_prompt") ?? false
        facts.audio = try value("audio")?.word(Model.Audio.self) ?? .never
        facts.maxPromptLength = try value("prompt_limit")?.int()
        facts.requiresPrompt = try flag("prompt_needed") ?? true
        if case .fixed(let seconds) = facts.durations { facts.defaults.seconds = seconds }
    }

    private func readMedia(_ facts: inout Model.Facts) throws(CatalogError) {
        facts.media = LimitReader.impliedMedia(by: facts.modes)
        for (name, node) in try value("media")?.members() ?? [] {
            let limit = try LimitReader.media(name, node)
            facts.media.removeAll { $0.kind == limit.kind && $0.role == limit.role }
            if limit.maxCount > 0 { facts.media.append(limit) }
        }
        for node in try value("fields")?.list() ?? [] {
            let field = try node.string()
            guard LimitReader.fields.contains(field) else {
                throw node.catalogError("'\(field)' is not a field." + Suggestion.question(for: field, among: LimitReader.fields))
            }
            facts.fields.insert(field)
        }
        for (name, node) in try value("choices")?.members() ?? [] {
            guard LimitReader.fields.contains(name) else {
                throw node.catalogError("'\(name)' is not a field." + Suggestion.question(for: name, among: LimitReader.fields))
            }
            facts.choices[name] = try node.words()
        }
    }

    private func readRules(_ facts: inout Model.Facts) throws(CatalogError) {
        for node in try value("rules")?.list() ?? [] { facts.rules += try LimitReader.rules(node) }
        if let node = value("prices") { facts.prices = try PriceReader.prices(node, of: facts) }
    }

    private func mergedWire() -> JSON? {
        let wires = layers.compactMap { $0["wire"]?.json }.filter { $0.count > 0 }
        guard wires.count > 1 else { return wires.first }
        var members: [(name: String, value: JSONValue)] = []
        var places: [String: Int] = [:]
        for (name, value) in wires.flatMap(\.members) {
            if let place = places[name] {
                members[place].value = .parsed(value)
            } else {
                places[name] = members.count
                members.append((name, .parsed(value)))
            }
        }
        return try? JSON(parsing: JSONValue.object(members).encoded().joined())
    }
}

import Jobs
import Wire

/// Reads one model from layers of facts: the vendor's defaults, the model's own, a variant's own. The strongest layer that names a fact
/// wins; `null` there takes the fact away. `wire` alone is merged member by member.
struct ModelReader {
    static let known = [
        "title", "upstream", "aliases", "modes", "seconds", "sizes", "tiers", "ratios", "usual", "fps", "seed", "negative_prompt", "audio",
        "prompt_limit", "prompt_needed", "media", "fields", "choices", "rules", "prices", "wire", "source", "seen", "retires", "uncertain",
        "open", "note", "variants",
    ]

    /// Weakest first.
    private var layers: [[String: Spot]] = []

    func adding(_ spot: Spot, known: [String] = ModelReader.known) throws(CatalogMistake) -> ModelReader {
        adding(try spot.members(known: known))
    }

    func adding(_ layer: [String: Spot]) -> ModelReader {
        var reader = self
        reader.layers.append(layer)
        return reader
    }

    func model(vendor: String, name: String) throws(CatalogMistake) -> Model {
        var model = Model(vendor: vendor, name: name, upstream: try text("upstream") ?? name, title: try text("title") ?? name)
        try readSources(&model)
        try readLimits(&model)
        try readMedia(&model)
        try readRules(&model)
        model.wire = mergedWire()
        // What is sent in any case is no guess about the vendor's default.
        for name in model.wire?["needed"]?.elements ?? [] { model.usual.uncertain.remove(name.string ?? "") }
        return model
    }

    /// The variants of the strongest layer, each read on top of this model's layers.
    func variants(vendor: String, name: String) throws(CatalogMistake) -> [Model] {
        var result: [Model] = []
        for spot in try value("variants")?.list() ?? [] {
            result.append(try adding(spot).model(vendor: vendor, name: name))
        }
        return result
    }

    /// The strongest value of that name, unless it is `null`.
    private func value(_ name: String) -> Spot? {
        guard let spot = layers.last(where: { $0[name] != nil })?[name], !spot.json.isNull else { return nil }
        return spot
    }

    private func text(_ name: String) throws(CatalogMistake) -> String? { try value(name)?.string() }

    private func flag(_ name: String) throws(CatalogMistake) -> Bool? { try value(name)?.flag() }

    private func texts(_ name: String) throws(CatalogMistake) -> [String] {
        var result: [String] = []
        for spot in try value(name)?.list() ?? [] { result.append(try spot.string()) }
        return result
    }

    private func readSources(_ model: inout Model) throws(CatalogMistake) {
        model.aliases = try texts("aliases")
        model.source = try text("source") ?? ""
        model.seen = try day("seen") ?? ""
        model.retires = try day("retires")
        model.uncertain = try flag("uncertain") ?? false
        model.open = try flag("open") ?? false
    }

    private func day(_ name: String) throws(CatalogMistake) -> String? {
        guard let spot = value(name) else { return nil }
        let parts = try spot.string().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ Int($0) != nil }) else {
            throw spot.mistake("must be a day such as 2026-11-20")
        }
        return try spot.string()
    }

    private func readLimits(_ model: inout Model) throws(CatalogMistake) {
        if let spots = try value("modes")?.list() {
            model.modes = []
            for spot in spots { model.modes.insert(try spot.word(Model.Mode.self)) }
        }
        if let spot = value("seconds") { model.durations = try LimitReader.durations(spot) }
        for spot in try value("sizes")?.list() ?? [] { model.sizes.append(try LimitReader.size(spot)) }
        for spot in try value("tiers")?.list() ?? [] { model.tiers.append(try LimitReader.tier(spot)) }
        for spot in try value("ratios")?.list() ?? [] { model.ratios.append(try LimitReader.ratio(spot)) }
        for spot in try value("fps")?.list() ?? [] { model.framesPerSecond.append(try spot.number()) }
        if let spot = value("usual") { model.usual = try LimitReader.usual(spot) }
        if let spot = value("seed") { model.seeds = try LimitReader.seeds(spot) }
        model.negativePrompt = try flag("negative_prompt") ?? false
        model.audio = try value("audio")?.word(Model.Audio.self) ?? .never
        model.promptLimit = try value("prompt_limit")?.int()
        model.promptNeeded = try flag("prompt_needed") ?? true
        if case .fixed(let seconds) = model.durations { model.usual.seconds = seconds }
    }

    private func readMedia(_ model: inout Model) throws(CatalogMistake) {
        model.media = LimitReader.mediaOf(modes: model.modes)
        for (name, spot) in try value("media")?.members() ?? [] {
            let limit = try LimitReader.media(name, spot)
            model.media.removeAll { $0.kind == limit.kind && $0.role == limit.role }
            if limit.most > 0 { model.media.append(limit) }
        }
        for spot in try value("fields")?.list() ?? [] {
            let field = try spot.string()
            guard LimitReader.fields.contains(field) else {
                throw spot.mistake("'\(field)' is no field." + Spelling.hint(field, LimitReader.fields))
            }
            model.fields.insert(field)
        }
        for (name, spot) in try value("choices")?.members() ?? [] {
            guard LimitReader.fields.contains(name) else {
                throw spot.mistake("'\(name)' is no field." + Spelling.hint(name, LimitReader.fields))
            }
            model.choices[name] = try spot.words()
        }
    }

    private func readRules(_ model: inout Model) throws(CatalogMistake) {
        for spot in try value("rules")?.list() ?? [] { model.rules += try LimitReader.rules(spot) }
        if let spot = value("prices") { model.prices = try PriceReader.prices(spot, of: model) }
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

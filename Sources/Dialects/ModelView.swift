import Jobs
import Wire

/// One model or alias that the caller may use.
package struct ModelView: Sendable {
    /// The name for requests: `fal/veo-3.1`, `sora-2`.
    package var name: String
    /// The model; for an alias, that of its first try.
    package var model: Model
    package var isAlias: Bool
    /// Whether an account can serve it now.
    package var isAvailable: Bool
    package init(name: String, model: Model, isAlias: Bool, isAvailable: Bool) {
        self.name = name
        self.model = model
        self.isAlias = isAlias
        self.isAvailable = isAvailable
    }
}

extension ModelView {
    /// `{"id","object":"model","created","owned_by"}`, which OpenAI, Siraya and many others share.
    var listJSON: JSONValue {
        ["id": .string(name), "object": "model", "created": .int(verifiedOnUnixTime), "owned_by": .string(model.vendor)]
    }

    static func list(_ models: [ModelView]) -> JSONValue {
        ["object": "list", "data": .array(models.map(\.listJSON))]
    }

    /// The day on which the facts were checked, in Unix seconds, since no vendor publishes when a model was made. 0 if unknown.
    private var verifiedOnUnixTime: Int64 {
        let parts = model.verifiedOn.split(separator: "-").compactMap { Int64($0) }
        guard parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]), (1970...9999).contains(parts[0]) else { return 0 }
        // Days before the month in a year that begins on 1 March (Gregorian calendar, as in `Timestamp`).
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let month = (parts[1] + 9) % 12
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 1 - 719_468
        return days * 86_400
    }

    /// What each model supports and costs. Members are named as in OpenRouter's list where that has them.
    static func catalogue(_ models: [ModelView]) -> JSONValue {
        ["object": "list", "data": .array(models.map(\.detailedJSON))]
    }

    /// `supported_*` is empty or null if the model accepts any value, or if that is unknown.
    var detailedJSON: JSONValue {
        var entry = listJSON
        entry["name"] = .string(model.title)
        entry["is_alias"] = .bool(isAlias)
        // The list shows the vendor, because clients choose by it.
        entry["resolves_to"] = .string(model.fullName)
        entry["aliases"] = .array(model.aliases.map { .string($0) })
        entry["modes"] = .array(Model.Mode.allCases.filter(model.modes.contains).map { .string($0.rawValue) })
        entry["supported_durations"] = durations
        entry["supported_sizes"] = .array(model.sizes.map { .string($0.description) })
        entry["supported_resolutions"] = .array(model.resolutions.map { .string($0.text) })
        entry["supported_aspect_ratios"] = .array(model.aspectRatios.map { .string($0.description) })
        entry["supported_frame_images"] = .array(frames)
        entry["supported_fps"] = .array(model.framesPerSecond.map(JSONValue.double))
        entry["default_seconds"] = model.defaults.seconds.map(JSONValue.double) ?? .null
        entry["default_size"] = .optional(model.defaults.frameFormat.size?.description)
        entry["generate_audio"] = .string(model.audio.rawValue)
        entry["seed"] = .bool(model.seeds != nil)
        entry["negative_prompt"] = .bool(model.negativePrompt)
        let prompts = promptLimits
        // The limit of every mode that takes a prompt: one of this length is never too long.
        let shortest = prompts.compactMap { $0.limit }.filter { $0 > 0 }.min() ?? model.maxPromptLength
        entry["max_prompt_characters"] = .optional(shortest.map(Int64.init))
        entry["max_prompt_characters_by_mode"] = .object(prompts.map { ($0.mode.rawValue, .optional($0.limit.map(Int64.init))) })
        entry["prompt_required_modes"] = .array(prompts.filter { $0.isRequired }.map { .string($0.mode.rawValue) })
        entry["price_per_second"] = pricePerSecond
        entry["pricing"] = .array(model.prices.map(ModelView.price))
        entry["deprecation_date"] = .optional(model.retiresOn)
        entry["retires"] = .optional(model.retiresOn)
        entry["uncertain"] = .bool(model.uncertain)
        return entry
    }

    /// How long a prompt may be in each mode, and whether one is required.
    private var promptLimits: [(mode: Model.Mode, limit: Int?, isRequired: Bool)] {
        Model.Mode.allCases.filter(model.modes.contains).map { mode in
            let variant = model.variants.first { $0.modes.contains(mode) } ?? model
            return (mode, variant.maxPromptLength, variant.requiresPrompt && variant.maxPromptLength != 0)
        }
    }

    private var durations: JSONValue {
        switch model.durations {
        case .any: .null
        case .source, .automatic: []
        case .list(let list, _): .array(list.map(JSONValue.double))
        case .fixed(let seconds): [.double(seconds)]
        case .range(let range, let step, _):
            .array(stride(from: range.lowerBound, through: range.upperBound, by: max(step, 1)).map(JSONValue.double))
        }
    }

    private var frames: [JSONValue] {
        let roles = model.media.filter { $0.kind == .image && $0.role.hasSuffix("_frame") }.map(\.role)
        let modes: [(Model.Mode, String)] = [(.image, "first_frame"), (.firstLast, "last_frame"), (.lastOnly, "last_frame")]
        let words = roles + modes.filter { model.modes.contains($0.0) }.map(\.1)
        return ["first_frame", "last_frame"].filter(words.contains).map { .string($0) }
    }

    /// In dollars, from the cheapest case to the most expensive; null if no price is per second and the default length is unknown.
    private var pricePerSecond: JSONValue {
        let amounts = model.prices.compactMap { $0.typicalSecond(of: model) }
        guard let cheapest = amounts.min(), let dearest = amounts.max() else { return .null }
        return ["min": .double(cheapest), "max": .double(dearest), "currency": "USD"]
    }

    private static func price(_ price: Model.Price) -> JSONValue {
        let cases = price.when.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.array($0.value.map { .string($0) })) }
        var entry: JSONValue = [
            "unit": .string(price.unit.rawValue), "usd": .double(price.amount.dollars), "when": .object(cases),
            "confidence": .string(price.origin.confidence.rawValue),
        ]
        let others = price.charges.filter { $0 != price.main }
        if !others.isEmpty {
            entry["plus"] = .array(others.map { ["unit": .string($0.unit.rawValue), "usd": .double($0.amount.dollars)] })
        }
        return entry
    }
}

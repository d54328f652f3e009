import Jobs
import Wire

extension Model {
    /// How long a prompt may be in each mode, and whether it must be there.
    var promptLimits: [(mode: Mode, limit: Int?, isNeeded: Bool)] {
        Mode.allCases.filter(modes.contains).map { mode in
            let variant = variants.first { $0.modes.contains(mode) } ?? self
            return (mode, variant.maxPromptLength, variant.requiresPrompt && variant.maxPromptLength != 0)
        }
    }
}

extension ModelView {
    /// What each model can do, takes and costs; the names of the members are those of OpenRouter's list where it has them.
    static func catalogue(_ models: [ModelView]) -> JSONValue {
        ["object": "list", "data": .array(models.map(\.detailedJSON))]
    }

    /// `supported_*` is empty or null where the model takes anything, or where nobody tells.
    var detailedJSON: JSONValue {
        var entry = listJSON
        entry["name"] = .string(model.title)
        entry["is_alias"] = .bool(isAlias)
        // No vendor is hidden here: this is the list to choose from.
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
        let prompts = model.promptLimits
        // What holds in every mode that takes a text: one of this length is never too long.
        let shortest = prompts.compactMap { $0.limit }.filter { $0 > 0 }.min() ?? model.maxPromptLength
        entry["max_prompt_characters"] = .optional(shortest.map(Int64.init))
        entry["max_prompt_characters_by_mode"] = .object(prompts.map { ($0.mode.rawValue, .optional($0.limit.map(Int64.init))) })
        entry["prompt_required_modes"] = .array(prompts.filter { $0.isNeeded }.map { .string($0.mode.rawValue) })
        entry["price_per_second"] = pricePerSecond
        entry["pricing"] = .array(model.prices.map(ModelView.price))
        entry["deprecation_date"] = .optional(model.retiresOn)
        entry["retires"] = .optional(model.retiresOn)
        entry["uncertain"] = .bool(model.uncertain)
        return entry
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

    /// In dollars, from the cheapest case to the dearest; null where no price is by the second and no clip has a usual length.
    private var pricePerSecond: JSONValue {
        let amounts = model.prices.compactMap { $0.typicalSecond(of: model) }
        guard let least = amounts.min(), let most = amounts.max() else { return .null }
        return ["min": .double(least), "max": .double(most), "currency": "USD"]
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

import Jobs
import Wire

/// Summarizes what a model can do, for the columns of a table.
struct ModelSummary {
    let model: Model

    var modes: String { Model.Mode.allCases.filter(model.modes.contains).map(\.rawValue).joined(separator: " ") }

    var seconds: String {
        switch model.durations {
        case .any: "any"
        case .source: "source"
        case .automatic: "auto"
        case .fixed(let value): ModelSummary.number(value)
        case .list(let values, let automatic): ModelSummary.list(values.map(ModelSummary.number) + (automatic ? ["auto"] : []))
        case .range(let range, _, let automatic):
            "\(ModelSummary.number(range.lowerBound))-\(ModelSummary.number(range.upperBound))" + (automatic ? " auto" : "")
        }
    }

    /// Resolutions if the model has them, else sizes.
    var frames: String {
        if model.acceptsAnything { return "any" }
        return ModelSummary.list(model.resolutions.isEmpty ? model.sizes.map(\.description) : model.resolutions.map(\.description))
    }

    var audio: String { model.audio.rawValue }

    /// The lowest price and its unit, with a plus if there are more expensive cases.
    var price: String {
        guard let cheapest = model.prices.min(by: { $0.amount < $1.amount }) else { return "?" }
        let varies = model.prices.contains { $0.amount != cheapest.amount }
        return "\(cheapest.amount)/\(cheapest.unit == .millionTokens ? "Mtoken" : cheapest.unit.rawValue)" + (varies ? "+" : "")
    }

    var json: JSONValue {
        .members([
            "name": .string(model.fullName), "vendor": .string(model.vendor), "title": .string(model.title),
            "aliases": .array(model.aliases.map(JSONValue.string)),
            "modes": .array(Model.Mode.allCases.filter(model.modes.contains).map { .string($0.rawValue) }), "seconds": .string(seconds),
            "sizes": .array(model.sizes.map { .string($0.description) }),
            "resolutions": .array(model.resolutions.map { .string($0.description) }),
            "aspect_ratios": .array(model.aspectRatios.map { .string($0.description) }),
            "fps": .array(model.framesPerSecond.map(JSONValue.double)), "audio": .string(audio),
            "negative_prompt": .bool(model.negativePrompt),
            "prices": .array(model.prices.map(ModelSummary.price)), "source": .string(model.source), "seen": .string(model.verifiedOn),
            "retires": model.retiresOn.map(JSONValue.string),
        ])
    }

    private static func price(_ price: Model.Price) -> JSONValue {
        let cases = price.when.sorted { $0.key < $1.key }.map { (name: $0.key, value: JSONValue.array($0.value.map(JSONValue.string))) }
        var entry: JSONValue = ["usd": .string(price.amount.description), "per": .string(price.unit.rawValue), "when": .object(cases)]
        let others = price.charges.filter { $0 != price.main }
        if !others.isEmpty {
            entry["plus"] = .array(others.map { ["usd": .string($0.amount.description), "per": .string($0.unit.rawValue)] })
        }
        return entry
    }

    private static func number(_ value: Double) -> String { Number.text(value) ?? "?" }

    /// At most four, and the number of others.
    private static func list(_ words: [String]) -> String {
        words.isEmpty
            ? "any" : words.count <= 4 ? words.joined(separator: " ") : words.prefix(3).joined(separator: " ") + " +\(words.count - 3)"
    }
}

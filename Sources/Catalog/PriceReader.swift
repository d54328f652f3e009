import Jobs
import Wire

/// Reads the prices of a model from a catalog file.
enum PriceReader {
    /// The facts that prices may depend on.
    static let facts = LimitReader.facts + ["video", "multi_shot"]
    private static let units = Model.Price.Unit.allCases.map(\.rawValue)
    private static let members = units + ["when", "fps", "pixels", "with_source", "min_seconds", "minimum", "free_images"]
    /// No vendor charges more for one unit; a larger number is in the wrong unit.
    private static let maxDollars = 1000

    /// The prices in a model's own entry, which have the same source as its other facts.
    static func prices(_ node: LocatedJSON, of facts: Model.Facts) throws(CatalogError) -> [Model.Price] {
        var origin = Model.Price.Origin()
        (origin.source, origin.seen) = (facts.source, facts.verifiedOn)
        if facts.uncertain { origin.confidence = .uncertain }
        return try rows(node, origin)
    }

    /// The price lists of a file, each with its own origin:
    /// `{"source": …, "seen": …, "confidence": …, "models": {"veo-3.1": [{"second": 0.4}]}}`.
    static func lists(_ node: LocatedJSON) throws(CatalogError) -> [(name: String, prices: [Model.Price], node: LocatedJSON)] {
        var result: [(name: String, prices: [Model.Price], node: LocatedJSON)] = []
        for list in try node.list() {
            let members = try list.members(known: ["source", "seen", "confidence", "models"])
            guard let models = members["models"] else { throw list.catalogError("a price list needs 'models'") }
            var origin = Model.Price.Origin()
            origin.source = try members["source"]?.string() ?? ""
            origin.seen = try members["seen"].map(day) ?? ""
            origin.confidence = try members["confidence"]?.word(Model.Price.Confidence.self) ?? .vendor
            for (name, node) in try models.members() { result.append((name, try rows(node, origin), node)) }
        }
        return result
    }

    private static func rows(_ node: LocatedJSON, _ origin: Model.Price.Origin) throws(CatalogError) -> [Model.Price] {
        var prices: [Model.Price] = []
        for row in try node.list() {
            var price = try price(row)
            price.origin = origin
            prices.append(price)
        }
        return prices
    }

    /// `{"second": 0.1}`, `{"clip": 0.5, "when": {"tier": "720p"}}`, `{"clip": 0.05, "second": 0.025}` (both are charged): US dollars.
    private static func price(_ node: LocatedJSON) throws(CatalogError) -> Model.Price {
        let members = try node.members(known: members)
        var charges: [Model.Price.Charge] = []
        for unit in Model.Price.Unit.allCases {
            if let node = members[unit.rawValue] { charges.append(.init(try amount(node), per: unit)) }
        }
        guard !charges.isEmpty else { throw node.catalogError("a price needs at least one of \(units.joined(separator: ", "))") }
        var price = Model.Price(charges, when: try members["when"].map(condition) ?? [:])
        price.framesPerSecond = try members["fps"].map(positive)
        price.pixels = try members["pixels"].map(positive)
        price.billsSource = try members["with_source"]?.flag() ?? false
        price.minSeconds = try members["min_seconds"].map(positive)
        price.minimum = try members["minimum"].map(amount)
        price.freeImages = try members["free_images"]?.int() ?? 0
        try checkNeeds(members)
        return price
    }

    /// Refuses a member that has no effect: the author meant another price.
    private static func checkNeeds(_ members: [String: LocatedJSON]) throws(CatalogError) {
        let frames = ["million_tokens", "megapixel"]
        let needs = [
            "fps": frames, "pixels": frames, "free_images": ["image"], "with_source": frames + ["second"],
            "min_seconds": frames + ["second"],
        ]
        for (name, units) in needs.sorted(by: { $0.key < $1.key }) {
            guard let node = members[name], units.allSatisfy({ members[$0] == nil }) else { continue }
            throw node.catalogError("has no meaning without \(units.joined(separator: " or "))")
        }
    }

    private static func amount(_ node: LocatedJSON) throws(CatalogError) -> Money {
        let dollars = try node.number()
        guard (0...Double(maxDollars)).contains(dollars) else { throw node.catalogError("must be US dollars from 0 to \(maxDollars)") }
        return Money(dollars: dollars)
    }

    private static func positive(_ node: LocatedJSON) throws(CatalogError) -> Double {
        let number = try node.number()
        guard number > 0, number <= 1_000_000_000 else { throw node.catalogError("must be a number above 0") }
        return number
    }

    private static func condition(_ node: LocatedJSON) throws(CatalogError) -> [String: [String]] {
        let condition = try LimitReader.condition(node, facts: facts)
        for (name, values) in condition {
            for value in values where !isValue(value, of: name) { throw node.catalogError("'\(value)' is not a value of '\(name)'") }
        }
        return condition
    }

    private static func isValue(_ text: String, of fact: String) -> Bool {
        switch fact {
        case "mode": Model.Mode(rawValue: text) != nil
        case "tier": Resolution(text) != nil
        case "ratio": AspectRatio(text) != nil
        case "size": Size(text) != nil
        case "seconds", "fps": Double(text) != nil
        default: text == "true" || text == "false"
        }
    }

    /// `2026-11-20`, or `2026-11`.
    private static func day(_ node: LocatedJSON) throws(CatalogError) -> String {
        let text = try node.string()
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard [[4, 2, 2], [4, 2]].contains(parts.map(\.count)), parts.allSatisfy({ Int($0) != nil }) else {
            throw node.catalogError("must be a day such as 2026-11-20, or a month such as 2026-11")
        }
        return text
    }
}

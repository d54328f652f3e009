import Catalog
import Jobs
import Vendors
import Wire

/// Compares a vendor's list with the prices that are known, and writes the file that overrides them.
struct PriceUpdate {
    let vendor: String
    private let day: String
    private let known: [String: (name: String, prices: [Model.Price])]
    private var accepted: [(name: String, prices: [Model.Price])] = []
    private(set) var changes: [String] = []
    private(set) var notes: [String] = []
    private(set) var unchanged = 0

    /// A larger change is treated as an error in the list.
    private static let maxFactor = 10.0

    /// Sorts before the operator's own files, so that those override it.
    static func file(of vendor: String) -> String { "00-refreshed-\(vendor).json" }

    init(vendor: String, models: [Model], day: String) {
        (self.vendor, self.day) = (vendor, day)
        var known: [String: (name: String, prices: [Model.Price])] = [:]
        for model in models {
            for part in model.variants.isEmpty ? [model] : model.variants where known[part.upstream] == nil {
                known[part.upstream] = (model.fullName, part.prices)
            }
        }
        self.known = known
    }

    mutating func add(_ listed: [ListedPrice]) {
        var order: [String] = []
        var entries: [String: ListedPrice] = [:]
        for entry in listed where known[entry.upstream] != nil {
            if entries[entry.upstream] == nil { order.append(entry.upstream) }
            entries[entry.upstream, default: ListedPrice(entry.upstream, [], isFlat: entry.isFlat)].prices += entry.prices
            if let problem = entry.problem { entries[entry.upstream]?.problem = problem }
        }
        for name in order { if let entry = entries[name] { add(entry) } }
    }

    private mutating func add(_ entry: ListedPrice) {
        guard let (name, old) = known[entry.upstream] else { return }
        if let problem = entry.problem { return notes.append("\(name): \(problem)") }
        guard !entry.prices.isEmpty else { return }
        if let reason = PriceUpdate.rejectionReason(to: entry.prices, old) {
            return notes.append("\(name): \(PriceUpdate.summary(entry.prices)) is not taken over: \(reason)")
        }
        if entry.isFlat, old.count > 1, !isAbove(entry.prices[0], old) {
            // The list has a single amount; the catalog has a price for each case.
            unchanged += 1
            return
        }
        let isSame = PriceUpdate.bare(entry.prices) == PriceUpdate.bare(old)
        if isSame { unchanged += 1 } else { changes.append("\(name): \(PriceUpdate.summary(old)) -> \(PriceUpdate.summary(entry.prices))") }
        accepted.append((entry.upstream, entry.prices.map { PriceUpdate.completed($0, from: old) }))
    }

    /// Price lists omit the frame size by which tokens are counted, so the catalog's value is kept.
    private static func completed(_ price: Model.Price, from old: [Model.Price]) -> Model.Price {
        var price = price
        if price.pixels == nil { price.pixels = old.filter { $0.unit == price.unit }.compactMap(\.pixels).max() }
        return price
    }

    private func isAbove(_ price: Model.Price, _ old: [Model.Price]) -> Bool {
        let same = old.filter { $0.unit == price.unit }
        return !same.isEmpty && same.allSatisfy { $0.amount < price.amount }
    }

    /// Why these prices are implausible for a model that costs `old`; nil if they are plausible.
    static func rejectionReason(to new: [Model.Price], _ old: [Model.Price]) -> String? {
        for unit in Model.Price.Unit.allCases {
            let before = old.flatMap(\.charges).filter { $0.unit == unit }.map(\.amount.dollars)
            let after = new.flatMap(\.charges).filter { $0.unit == unit }.map(\.amount.dollars)
            guard let (lowest, highest) = before.min().flatMap({ lowest in before.max().map { (lowest, $0) } }), highest > 0 else {
                continue
            }
            if let cheapest = after.min(), cheapest < lowest / maxFactor { return "it is less than a tenth of \(summary(old))" }
            if let dearest = after.max(), dearest > highest * maxFactor { return "it is more than ten times \(summary(old))" }
        }
        return nil
    }

    private static func bare(_ prices: [Model.Price]) -> [Model.Price] {
        prices.map { price in
            var price = price
            (price.origin, price.pixels) = (.init(), nil)
            return price
        }
    }

    /// `0.10 USD/second`, or the range of several.
    static func summary(_ prices: [Model.Price]) -> String {
        guard let lowest = prices.min(by: { $0.amount < $1.amount }), let highest = prices.max(by: { $0.amount < $1.amount }) else {
            return "unknown"
        }
        let range = lowest.amount == highest.amount ? "\(lowest.amount)" : "\(lowest.amount)-\(highest.amount)"
        return "\(range) USD/\(highest.unit.rawValue)"
    }

    // MARK: The file

    /// - Parameter earlier: the file from an earlier refresh. Prices that this refresh did not read are kept from it.
    func text(keeping earlier: Bytes?) -> Bytes {
        let source = "the vendor's price list, read by genlock prices refresh"
        var lists = kept(from: earlier)
        if !accepted.isEmpty {
            let models = accepted.map { (name: $0.name, value: JSONValue.array($0.prices.map(\.catalogJSON))) }
            lists.append([
                "source": .string(source), "seen": .string(day), "confidence": .string(Model.Price.Confidence.vendor.rawValue),
                "models": .object(models),
            ])
        }
        let file: JSONValue = ["vendor": .string(vendor), "refreshed": .string(day), "prices": .array(lists)]
        return Bytes((file.text + "\n").utf8)
    }

    private func kept(from earlier: Bytes?) -> [JSONValue] {
        let renewed = Set(accepted.map(\.name))
        let lists = earlier.flatMap { try? JSON(parsing: $0[...]) }?["prices"]?.elements ?? []
        return lists.compactMap { list in
            let models = (list["models"]?.members ?? []).filter { !renewed.contains($0.name) }
            guard !models.isEmpty else { return nil }
            let members = list.members.map { name, value in
                (name: name, value: name == "models" ? .object(models.map { ($0.name, .parsed($0.value)) }) : JSONValue.parsed(value))
            }
            return .object(members)
        }
    }
}

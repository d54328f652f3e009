import Jobs
import Wire

/// The prices that a vendor publishes for programs to read.
package protocol PriceList: Sendable {
    /// The calls that together give the prices of these models. They are not charged.
    func priceCalls(for models: [Model]) -> [Call]

    /// What the reply to one of them says.
    /// - Throws: a fault if it cannot be read as a price list.
    func prices(from reply: Reply) throws(Fault) -> [ListedPrice]
}

/// What a vendor's list says of one model.
package struct ListedPrice: Sendable, Equatable {
    package var upstream: String
    /// Empty where the list has a form that is not understood.
    package var prices: [Model.Price]
    /// Whether it is one amount for everything that the model can be asked for: the catalog may know more cases.
    package var isFlat: Bool
    /// Why the entry is not understood.
    package var problem: String?

    package init(_ upstream: String, _ prices: [Model.Price], isFlat: Bool = false, problem: String? = nil) {
        (self.upstream, self.prices, self.isFlat, self.problem) = (upstream, prices, isFlat, problem)
    }

    /// No price of a unit is above this; a larger number is a mistake, or not in dollars.
    static let maxDollars = 1000.0

    /// An amount out of a list, or nil if it can be none.
    static func amount(_ dollars: Double?) -> Money? {
        guard let dollars, dollars.isFinite, (0...maxDollars).contains(dollars) else { return nil }
        return Money(dollars: dollars)
    }
}

extension Sequence<Model> {
    /// The vendor's own names of models and their variants, each once.
    var upstreams: [String] {
        var seen: Set<String> = []
        return flatMap { $0.variants.isEmpty ? [$0] : $0.variants }.map(\.upstream).filter { seen.insert($0).inserted }
    }
}

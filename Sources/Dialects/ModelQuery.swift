import Jobs
import Wire

/// Which models a client lists, and in which order. Nil means no restriction.
package struct ModelQuery: Sendable, Equatable {
    package enum Order: String, Sendable, CaseIterable { case name, provider, price, date }

    package var vendor: String?
    /// Text that the name contains.
    package var text: String?
    /// True for models that cost nothing, false for the others.
    package var isFree: Bool?
    /// What the model makes; anything but `video` matches no model.
    package var output: String?
    package var order: Order?
    package var limit: Int?
    /// Whether the list shows what each model supports, and not only its name.
    package var detailed = false
    /// The request's If-None-Match.
    package var knownEntityTags: String?

    package init() {}

    static let maxLimit = 1000

    /// Reads the query parameters `provider`, `name`, `type`, `free`, `sort` and `limit`.
    /// - Throws: `.invalid` for a value that is not supported.
    static func parse(_ query: Query) throws(Fault) -> ModelQuery {
        var read = ModelQuery()
        read.vendor = query.nonblank("provider")
        read.text = query.nonblank("name")
        read.output = query.nonblank("type")
        if let word = query.nonblank("free") {
            guard let isFree = ["true": true, "1": true, "false": false, "0": false][word] else {
                throw Fault(.invalid, InputFields.unsupported(word, ["true", "false"], for: "free"), param: "free", code: "invalid_value")
            }
            read.isFree = isFree
        }
        if let word = query.nonblank("sort") {
            guard let order = Order(rawValue: word) else {
                let message = InputFields.unsupported(word, Order.allCases.map(\.rawValue), for: "sort")
                throw Fault(.invalid, message, param: "sort", code: "invalid_value")
            }
            read.order = order
        }
        if let text = query.nonblank("limit") {
            guard let limit = Int(text), (1...maxLimit).contains(limit) else {
                throw Fault(.invalid, "'limit' must be a whole number between 1 and \(maxLimit).", param: "limit", code: "invalid_value")
            }
            read.limit = limit
        }
        return read
    }

    /// The matching models in the requested order.
    package func filtered(from models: [ModelView]) -> [ModelView] {
        guard output == nil || output == "video" else { return [] }
        let takesAny = vendor == nil && text == nil && isFree == nil
        var chosen =
            takesAny
            ? models
            : models.filter { view in
                (vendor == nil || view.model.vendor == vendor) && (text.map { view.name.contains($0) } ?? true)
                    && (isFree.map { (ModelQuery.minPrice(of: view.model) == .zero) == $0 } ?? true)
            }
        switch order {
        case .name: chosen.sort { $0.name < $1.name }
        case .provider: chosen.sort { ($0.model.vendor, $0.name) < ($1.model.vendor, $1.name) }
        case .price: chosen.sort { (ModelQuery.sortPrice(of: $0.model), $0.name) < (ModelQuery.sortPrice(of: $1.model), $1.name) }
        case .date: chosen.sort { ($1.model.verifiedOn, $0.name) < ($0.model.verifiedOn, $1.name) }
        case nil: break
        }
        return limit.map { Array(chosen.prefix($0)) } ?? chosen
    }

    /// The price of a video with the default length, in the cheapest case; nil if no price is known.
    private static func minPrice(of model: Model) -> Money? {
        model.prices.map { $0.unit == .second ? $0.amount * (model.defaults.seconds ?? 1) : $0.amount }.min()
    }

    /// Models without a price come last.
    private static func sortPrice(of model: Model) -> Money { minPrice(of: model) ?? Money(micros: .max) }
}

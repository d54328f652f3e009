import Jobs
import Wire

/// Which models a client wants to see, and in which order; nil members do not restrict.
package struct ModelQuery: Sendable, Equatable {
    package enum Order: String, Sendable, CaseIterable { case name, provider, price, date }

    package var vendor: String?
    /// A part of the name.
    package var text: String?
    /// True leaves those that cost nothing, false the others.
    package var isFree: Bool?
    /// What is made; there is nothing here but video.
    package var output: String?
    package var order: Order?
    package var limit: Int?
    /// True asks for the capability of each model, not only its name.
    package var detailed = false
    /// The tags of answers that the client has already.
    package var knownEntityTags: String?

    package init() {}

    static let maxLimit = 1000

    /// - Throws: `.invalid` for an order or a limit that is none.
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

    /// The models that are wanted, in the order in which they are.
    package func filtered(from models: [ModelView]) -> [ModelView] {
        guard output == nil || output == "video" else { return [] }
        let takesAny = vendor == nil && text == nil && isFree == nil
        var chosen =
            takesAny
            ? models
            : models.filter { view in
                (vendor == nil || view.model.vendor == vendor) && (text.map { view.name.contains($0) } ?? true)
                    && (isFree.map { view.model.isFree == $0 } ?? true)
            }
        switch order {
        case .name: chosen.sort { $0.name < $1.name }
        case .provider: chosen.sort { ($0.model.vendor, $0.name) < ($1.model.vendor, $1.name) }
        case .price: chosen.sort { ($0.model.minPrice ?? .unknown, $0.name) < ($1.model.minPrice ?? .unknown, $1.name) }
        case .date: chosen.sort { ($1.model.verifiedOn, $0.name) < ($0.model.verifiedOn, $1.name) }
        case nil: break
        }
        return limit.map { Array(chosen.prefix($0)) } ?? chosen
    }
}

extension Model {
    /// Of the usual clip, in its cheapest case; nil where nobody knows.
    var minPrice: Money? {
        prices.map { $0.unit == .second ? $0.amount * (defaults.seconds ?? 1) : $0.amount }.min()
    }

    fileprivate var isFree: Bool { minPrice == .zero }
}

extension Money {
    /// Behind every price.
    fileprivate static let unknown = Money(micros: .max)
}

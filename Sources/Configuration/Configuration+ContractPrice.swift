import Jobs
import Wire

extension Configuration {
    /// A price that the operator has negotiated for some models.
    package struct ContractPrice: Sendable {
        /// `account-or-vendor/model`, with `*` for any run of characters.
        package var pattern: ModelPattern
        package var price: Model.Price
        package var location: SettingLocation

        /// The entries of `prices: { "my-gpu/*": 0 USD/clip }`, the most specific pattern first: exact names, then the longest patterns.
        static func read(_ node: YAMLNode, _ accounts: [Account], decoder: ConfigurationDecoder) -> [ContractPrice] {
            let entries = decoder.entries(node, "a map of prices, { \"my-gpu/*\": 0 USD/clip }") ?? []
            let prices = entries.compactMap { ContractPrice($0, accounts, decoder: decoder) }
            return prices.enumerated().sorted { ($0.element.sortKey, $0.offset) < ($1.element.sortKey, $1.offset) }.map(\.element)
        }

        private var sortKey: Int { pattern.hasWildcard ? -pattern.description.utf8.count : Int.min }

        private init?(_ entry: YAMLNode.Entry, _ accounts: [Account], decoder: ConfigurationDecoder) {
            let price = decoder.value(entry.value, expected: Configuration.priceExpected, Configuration.price)
            guard let pattern = ModelPattern(entry.key), entry.key.contains("/") || entry.key == "*" else {
                decoder.addError(
                    entry.location, "expected an account or a vendor and a model, like my-gpu/*, found \"\(entry.key.prefix(80))\"")
                return nil
            }
            var (owner, model) = ContractPrice.halves(of: entry.key)
            let accountNames = accounts.map(\.name)
            if !owner.contains("*"), !accountNames.contains(owner) {
                guard let card = decoder.vocabulary.card(named: owner) else {
                    let advice = Suggestion.clause(for: owner, among: accountNames + decoder.vocabulary.vendorNames)
                    decoder.addError(entry.location, "no account and no vendor is called \"\(owner.prefix(80))\"" + advice)
                    return nil
                }
                owner = card.name
            }
            if !model.isEmpty { model = "/" + model }
            guard var price, let named = ModelPattern(owner + model) else { return nil }
            (price.origin.source, price.origin.confidence) = ("\(entry.location)", .contract)
            (self.pattern, self.price, location) = (entry.key == "*" ? pattern : named, price, entry.location)
        }

        private static func halves(of key: String) -> (owner: String, model: String) {
            let slash = key.firstIndex(of: "/") ?? key.endIndex
            return (String(key[..<slash]), String(key[slash...].dropFirst()))
        }
    }

    static let priceExpected = "a price like 0.05 USD/second or 0.20 USD/clip"

    /// Reads a price that no catalog can know: the operator's own GPU costs `0 USD/clip`.
    static func price(_ text: String) -> Model.Price? {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let budget = Budget(String(halves[0])) else { return nil }
        switch halves[1].filter({ $0 != " " }) {
        case "second", "s": return Model.Price(budget.amount, per: .second)
        case "clip": return Model.Price(budget.amount, per: .clip)
        default: return nil
        }
    }
}

import Jobs

extension Configuration {
    /// What the operator pays for some models by a contract of their own.
    package struct ContractPrice: Sendable {
        /// `account-or-vendor/model`, with `*` for any run of characters.
        package var pattern: ModelPattern
        package var price: Model.Price
        package var place: Place

        /// The entries of `prices: { "my-gpu/*": 0 USD/clip }`, the closest pattern first: exact names, then the longest patterns.
        static func read(_ node: YAMLNode, _ accounts: [Account], _ reading: Reading) -> [ContractPrice] {
            let entries = reading.entries(node, "a map of prices, { \"my-gpu/*\": 0 USD/clip }") ?? []
            let prices = entries.compactMap { ContractPrice($0, accounts, reading) }
            return prices.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
        }

        private var rank: Int { pattern.hasWildcard ? -pattern.description.utf8.count : Int.min }

        private init?(_ entry: YAMLNode.Entry, _ accounts: [Account], _ reading: Reading) {
            let price = reading.value(entry.value, expected: Model.Price.expected, Model.Price.init(configured:))
            guard let pattern = ModelPattern(entry.key), entry.key.contains("/") || entry.key == "*" else {
                reading.refuse(entry.place, "expected an account or a vendor and a model, like my-gpu/*, found \"\(entry.key.prefix(80))\"")
                return nil
            }
            var (owner, model) = ContractPrice.halves(of: entry.key)
            let accountNames = accounts.map(\.name)
            if !owner.contains("*"), !accountNames.contains(owner) {
                guard let card = reading.known.card(named: owner) else {
                    let advice = Spelling.advice(for: owner, among: accountNames + reading.known.vendorNames)
                    reading.refuse(entry.place, "no account and no vendor is called \"\(owner.prefix(80))\"" + advice)
                    return nil
                }
                owner = card.name
            }
            if !model.isEmpty { model = "/" + model }
            guard var price, let named = ModelPattern(owner + model) else { return nil }
            (price.origin.source, price.origin.confidence) = ("\(entry.place)", .contract)
            (self.pattern, self.price, place) = (entry.key == "*" ? pattern : named, price, entry.place)
        }

        private static func halves(of key: String) -> (owner: String, model: String) {
            let slash = key.firstIndex(of: "/") ?? key.endIndex
            return (String(key[..<slash]), String(key[slash...].dropFirst()))
        }
    }
}

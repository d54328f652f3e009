import Crypto
import Jobs

extension Configuration {
    /// One account for each vendor whose credentials stand in the variables that the vendor's own SDKs read.
    package static func accounts(from environment: Environment, cards: [VendorCard]) -> [Account] {
        cards.compactMap { account(of: $0, from: environment) }
    }

    private static func account(of card: VendorCard, from environment: Environment) -> Account? {
        let variables = card.secrets.values.flatMap(\.self)
        guard let place = variables.sorted().first(where: { environment[$0]?.isEmpty == false }) else { return nil }
        var account = Account(name: card.name, vendor: card.name, place: .named(place))
        account.secrets = card.secrets.compactMapValues { environment.first(of: $0).map { Secret($0) } }
        guard card.auth.sufficient(of: card.secrets.keys).contains(where: { $0.isSubset(of: account.secrets.keys) }) else { return nil }
        for setting in card.settings {
            let value = environment.first(of: setting.environment) ?? setting.fallback
            if setting.name == "base_url" { account.baseURL = value.flatMap(BaseURL.init) } else { account.settings[setting.name] = value }
        }
        return account.missingSettings(card).isEmpty ? account : nil
    }
}

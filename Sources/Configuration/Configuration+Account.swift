import Crypto
import Jobs

extension Configuration {
    /// Credentials and settings for one vendor. Several accounts of one vendor share its load.
    package struct Account: Sendable {
        package var name: String
        /// The name on the vendor's card, also where the configuration used one of its aliases.
        package var vendor: String
        /// Stands in for scheme, host and port of every host on the card; its path, if any, for the card's first path.
        package var baseURL: BaseURL?
        /// By the card's names; a secret that is `none` is not among them.
        package var secrets: [String: Secret] = [:]
        /// By the card's names, fallbacks filled in.
        package var settings: [String: String] = [:]
        /// Its share of the load beside other accounts of the vendor.
        package var weight = 1
        /// Jobs at work at a time.
        package var concurrency: Int?
        /// Creates.
        package var rate: Rate?
        /// What a job costs where the catalog does not know.
        package var price: Model.Price?
        /// The models it may play; empty means all.
        package var models: [ModelPattern] = []
        package var proxy = ProxyChoice.environment
        /// Hosts besides the base URL's to which results may lead though their addresses are private.
        package var resultHosts: [Authority] = []
        /// A PEM file of authorities, in place of the system's.
        package var caFile: String?
        package var location: SettingLocation

        package enum ProxyChoice: Sendable {
            /// `ProxyEnvironment` decides.
            case environment
            /// `none`
            case direct
            case proxy(Proxy)
        }

        package func allows(_ model: String) -> Bool { models.isEmpty || models.contains { $0.matches(model) } }

        init(name: String, vendor: String, location: SettingLocation) {
            (self.name, self.vendor, self.location) = (name, vendor, location)
        }
    }
}

extension AuthScheme {
    /// The sets of secrets that are enough to sign a call, by the names on a card.
    func sufficientSecretSets(of names: some Collection<String>) -> [Set<String>] {
        let all = Set(names)
        switch self {
        case .none: return [[]]
        case .jwtHS256: return [["api_key"], ["access_key", "secret_key"]].filter { all.isSuperset(of: $0) }
        case .bearer, .header, .bodyMember: return all.contains("api_key") ? [["api_key"]] : [all]
        case .serviceAccount, .sigV4, .volcengine, .tc3: return [all.subtracting(["session_token", "api_key"])]
        }
    }
}

extension Configuration.Account {
    /// The settings without which the card's hosts have no address. A base URL stands in for all of them.
    func missingSettings(_ card: VendorCard) -> [String] {
        guard baseURL == nil else { return [] }
        let hosts = card.hosts.values
        if hosts.contains(where: { $0.isEmpty || $0.contains("{base_url}") }) { return ["base_url"] }
        return card.settings.map(\.name).filter { name in settings[name] == nil && hosts.contains { $0.contains("{\(name)}") } }
    }
}

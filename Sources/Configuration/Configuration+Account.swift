import Crypto
import Jobs

extension Configuration {
    /// Credentials and settings for one vendor. Several accounts of one vendor share the load.
    package struct Account: Sendable {
        package var name: String
        /// The name on the vendor's card, even if the configuration uses an alias of it.
        package var vendor: String
        /// Replaces scheme, host and port of every host on the card, and, if it has a path, the card's first path.
        package var baseURL: BaseURL?
        /// By the card's names, without secrets that are `none`.
        package var secrets: [String: Secret] = [:]
        /// By the card's names, including fallbacks.
        package var settings: [String: String] = [:]
        /// Its share of the load relative to other accounts of the vendor.
        package var weight = 1
        /// The maximum number of concurrent jobs; nil for no limit.
        package var concurrency: Int?
        /// The maximum rate of creates; nil for no limit.
        package var rate: Rate?
        /// The price of a job if the catalog has none.
        package var price: Model.Price?
        /// The models that it may be used for; empty means all.
        package var models: [ModelPattern] = []
        package var proxy = ProxyChoice.environment
        /// Hosts with private addresses from which results may be downloaded, besides the base URL's.
        package var resultHosts: [Authority] = []
        /// A PEM file of certificate authorities that replaces the system's.
        package var caFile: String?
        package var location: SettingLocation

        package enum ProxyChoice: Sendable {
            /// According to `ProxyEnvironment`.
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
    /// The sets of secrets, by the names on a card, each of which is sufficient to sign a call.
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
    /// The missing settings that the card's hosts need. A base URL replaces all of them.
    func missingSettings(_ card: VendorCard) -> [String] {
        guard baseURL == nil else { return [] }
        let hosts = card.hosts.values
        if hosts.contains(where: { $0.isEmpty || $0.contains("{base_url}") }) { return ["base_url"] }
        return card.settings.map(\.name).filter { name in settings[name] == nil && hosts.contains { $0.contains("{\(name)}") } }
    }
}

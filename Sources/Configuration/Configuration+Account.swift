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

extension Configuration.Account {
    /// The missing settings that the card's hosts need. A base URL replaces all of them.
    func missingSettings(_ card: VendorCard) -> [String] {
        guard baseURL == nil else { return [] }
        let hosts = card.hosts.values
        if hosts.contains(where: { $0.isEmpty || $0.contains("{base_url}") }) { return ["base_url"] }
        return card.settings.map(\.name).filter { name in settings[name] == nil && hosts.contains { $0.contains("{\(name)}") } }
    }
}

extension Configuration {
    /// Scheme, host, port and path to which paths are appended. Without user, query and fragment.
    package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
        package var isSecure: Bool
        package var authority: Authority
        /// Empty, or with a leading and without a trailing slash: `/v1`.
        package var path: String

        static let expected = "an address like https://example.com or http://10.0.0.7:8000/v1"

        package init?(_ text: String) {
            isSecure = text.hasPrefix("https://")
            guard isSecure || text.hasPrefix("http://") else { return nil }
            let rest = text.dropFirst(isSecure ? "https://".count : "http://".count)
            let location = rest.prefix { $0 != "/" }
            guard let authority = Authority(location) else { return nil }
            self.authority = authority
            var path = rest.dropFirst(location.count)
            while path.hasSuffix("/") { path = path.dropLast() }
            guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\^`{|}".utf8.contains($0) }) else { return nil }
            self.path = String(path)
        }

        package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }
    }
}

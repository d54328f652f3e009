import Configuration
import Crypto
import Jobs
import Routing
import TestCard
import Upstream
import Vendors

extension Account {
    /// - Parameter declared: vendors that are not in the registry.
    convenience init(
        _ configured: Configuration.Account, besides declared: [any Vendor], in configuration: Configuration
    ) throws(Fault) {
        guard let vendor = (Registry.vendors + declared + [TestCard()]).first(where: { $0.card.name == configured.vendor }) else {
            throw Fault(.misconfigured, "There is no vendor '\(configured.vendor)'.")
        }
        var terms = Terms()
        terms.weight = configured.weight
        terms.slots = configured.concurrency
        terms.rate = configured.rate.map { AccountLimiter.Bounds.Rate($0.count, per: $0.interval) }
        terms.price = configured.price
        terms.price?.origin.confidence = .contract
        terms.models = configured.models.map(\.description)
        terms.contracts = configuration.prices.map { ($0.pattern, $0.price) }
        self.init(
            name: configured.name, vendor: vendor, baseURL: configured.baseURL?.description,
            secrets: try Account.loadServiceAccountFile(configured.secrets), settings: configured.settings, terms: terms,
            egress: Egress(configured.proxy, configuration.proxies), resultHosts: Set(configured.resultHosts.map(\.description)))
    }

    /// Replaces the path of a service account file, which cloud SDKs expect in the environment, by the content of the file.
    private static func loadServiceAccountFile(_ secrets: [String: Secret]) throws(Fault) -> [String: Secret] {
        guard let named = secrets["service_account"]?.reveal(), !named.drop(while: \.isWhitespace).hasPrefix("{") else { return secrets }
        var secrets = secrets
        do throws(ConfigurationFile.ReadError) {
            secrets["service_account"] = Secret(try ConfigurationFile.readText(at: named))
        } catch {
            throw Fault(.misconfigured, "The service account's file \(named) cannot be read: \(error.reason).")
        }
        return secrets
    }
}

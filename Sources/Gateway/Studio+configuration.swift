import Catalog
import Client
import Configuration
import Crypto
import Dialects
import Jobs
import Routing
import Seal
import TestCard
import Vendors
import Wire

extension Studio {
    /// The names that a configuration may use.
    package static var vocabulary: Configuration.Vocabulary {
        Configuration.Vocabulary(cards: Registry.vendors.map(\.card) + [TestCard().card], dialects: Dialects.all.map(\.name))
    }

    /// What a configuration means.
    /// - Throws: `.misconfigured` if it names what does not exist.
    package convenience init(_ configuration: Configuration, catalog: Catalog, seal: KeyRing) throws(Fault) {
        let dialects = Dialects.all
        guard let usual = dialects.first(where: { $0.name == configuration.dialects.usual }) else {
            throw Fault(.misconfigured, "There is no dialect '\(configuration.dialects.usual)'.")
        }
        var accounts: [Account] = []
        for account in configuration.accounts { accounts.append(try Account(account)) }
        let mounts = dialects.compactMap { dialect -> (prefix: String, dialect: any Dialect)? in
            let prefix = configuration.dialects.mounts[dialect.name] ?? "/" + dialect.name
            return prefix.map { ($0, dialect) }
        }
        self.init(
            accounts: accounts, aliases: configuration.aliases.map { ($0.name, $0.tries.map(Planner.Target.init)) }, catalog: catalog,
            seal: seal,
            owners: Owners(configuration), standardDialect: usual, mounts: mounts,
            publicURL: configuration.publicURL?.description, limits: configuration.limits)
    }
}

extension Account {
    init(_ configured: Configuration.Account) throws(Fault) {
        guard let vendor = (Registry.vendors + [TestCard()]).first(where: { $0.card.name == configured.vendor }) else {
            throw Fault(.misconfigured, "There is no vendor '\(configured.vendor)'.")
        }
        self.init(
            name: configured.name, vendor: vendor, baseURL: configured.baseURL?.description,
            secrets: try Account.opened(configured.secrets),
            settings: configured.settings)
        weight = configured.weight
        concurrency = configured.concurrency
        models = configured.models.map(\.description)
        proxy = configured.proxy.map { Outgoing.Proxy(host: $0.host, port: Int($0.port), credentials: $0.credentials?.reveal()) }
    }
}

extension Account {
    /// The environment variables of cloud SDKs name a file with the service account; here its text is wanted.
    private static func opened(_ secrets: [String: Secret]) throws(Fault) -> [String: Secret] {
        guard let named = secrets["service_account"]?.reveal(), !named.drop(while: \.isWhitespace).hasPrefix("{") else { return secrets }
        var secrets = secrets
        do throws(ConfigurationFile.Failure) {
            secrets["service_account"] = Secret(try ConfigurationFile.text(at: named))
        } catch {
            throw Fault(.misconfigured, "The service account's file \(named) cannot be read: \(error.reason).")
        }
        return secrets
    }
}

extension Planner.Target {
    init(_ configured: Configuration.Alias.Try) {
        self.init(
            model: configured.model, adapt: configured.adapt == .strict ? .strict : .nearest,
            continuesAfterFailure: configured.onFailure == .next)
    }
}

extension Owners {
    init(_ configuration: Configuration) {
        let keys = configuration.keys.compactMap { key -> Key? in
            Digest(key.sha256).map { digest in
                Key(caller: Caller(Owner(name: key.name), models: key.models.map(\.description)), digest: digest)
            }
        }
        self.init(keys: keys, hosts: configuration.hosts, origins: configuration.hosts.flatMap { ["http://" + $0, "https://" + $0] })
    }
}

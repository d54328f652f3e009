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
        Configuration.Vocabulary(cards: Registry.vendors.map(\.card) + [TestCard().card], dialects: Dialects.all.map(\.name)) {
            file throws(Configuration.Mistake) in
            let text = CatalogFile(file)
            guard TaskQueue.isTold(in: text) else { return nil }
            do throws(CatalogMistake) { return try TaskQueue(text).card } catch { throw Configuration.Mistake(error) }
        }
    }

    /// What a configuration means.
    /// - Throws: `.misconfigured` if it names what does not exist.
    package convenience init(_ configuration: Configuration, catalog: Catalog, seal: KeyRing) throws(Fault) {
        let dialects = Dialects.all
        guard let usual = dialects.first(where: { $0.name == configuration.dialects.usual }) else {
            throw Fault(.misconfigured, "There is no dialect '\(configuration.dialects.usual)'.")
        }
        var accounts: [Account] = []
        let told = try Studio.told(by: configuration)
        for configured in configuration.accounts {
            var account = try Account(configured, besides: told, configuration.proxies)
            account.contracts = configuration.prices.map { ($0.pattern, $0.price) }
            accounts.append(account)
        }
        let mounts = dialects.compactMap { dialect -> (prefix: String, dialect: any Dialect)? in
            let prefix = configuration.dialects.mounts[dialect.name] ?? "/" + dialect.name
            return prefix.map { ($0, dialect) }
        }
        self.init(
            accounts: accounts, aliases: configuration.aliases.map { ($0.name, $0.tries.map(Planner.Target.init)) }, catalog: catalog,
            seal: seal,
            owners: Owners(configuration), standardDialect: usual, mounts: mounts,
            publicURL: configuration.publicURL?.description, hasAdministration: !configuration.admin.isEmpty, limits: configuration.limits,
            cors: CORS(origins: configuration.cors),
            rehearses: !configuration.accountsAreNone, egress: Egress(.environment, configuration.proxies))
        let mistakes = AliasReport(configuration.aliases, planner, now: Timestamp(unix: 0)).mistakes
        if !mistakes.isEmpty { throw Fault(.misconfigured, mistakes.joined(separator: "\n  ")) }
    }

    /// The vendors that files of the configuration tell of.
    private static func told(by configuration: Configuration) throws(Fault) -> [any Vendor] {
        var vendors: [any Vendor] = []
        for file in configuration.vendorFiles.map(CatalogFile.init) where TaskQueue.isTold(in: file) {
            do throws(CatalogMistake) { vendors.append(try TaskQueue(file)) } catch { throw Fault(.misconfigured, "\(error)") }
        }
        return vendors
    }
}

extension Account {
    /// - Parameter told: vendors that are not in the registry.
    init(
        _ configured: Configuration.Account, besides told: [any Vendor], _ proxies: Configuration.ProxyEnvironment
    ) throws(Fault) {
        guard let vendor = (Registry.vendors + told + [TestCard()]).first(where: { $0.card.name == configured.vendor }) else {
            throw Fault(.misconfigured, "There is no vendor '\(configured.vendor)'.")
        }
        self.init(
            name: configured.name, vendor: vendor, baseURL: configured.baseURL?.description,
            secrets: try Account.opened(configured.secrets),
            settings: configured.settings)
        weight = configured.weight
        if let concurrency = configured.concurrency { bounds.slots = concurrency }
        bounds.rate = configured.rate.map { Gate.Bounds.Rate($0.count, per: $0.span) }
        price = configured.price
        price?.origin.confidence = .contract
        models = configured.models.map(\.description)
        egress = Egress(configured.proxy, proxies)
        resultHosts = Set(configured.resultHosts.map(\.description))
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

extension CatalogFile {
    init(_ file: Configuration.VendorFile) { self.init(name: file.path, text: file.text[...]) }
}

extension Configuration.Mistake {
    init(_ mistake: CatalogMistake) {
        self.init(
            .named("\(mistake.file):\(mistake.line)"), mistake.place.isEmpty ? mistake.message : "\(mistake.place): \(mistake.message)")
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
                var caller = Caller(Owner(name: key.name), models: key.models.map(\.description))
                (caller.rate, caller.budget, caller.unpriced) = (key.rate, key.budget, key.unpriced)
                caller.isAdmin = key.isAdmin
                return Key(caller: caller, digest: digest)
            }
        }
        self.init(
            keys: keys, hosts: configuration.hosts,
            origins: configuration.hosts.flatMap { ["http://" + $0, "https://" + $0] } + configuration.cors)
    }
}

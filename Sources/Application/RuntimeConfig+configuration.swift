import Access
import Catalog
import Client
import Configuration
import Crypto
import Dialects
import Gateway
import Jobs
import Routing
import Seal
import Storage
import TestCard
import Upstream
import Vendors
import Wire

extension RuntimeConfig {
    /// The names that a configuration may use.
    package static var vocabulary: Configuration.Vocabulary {
        Configuration.Vocabulary(cards: Registry.vendors.map(\.card) + [TestCard().card], dialects: Dialects.all.map(\.name)) {
            file throws(Configuration.ConfigurationError) in
            let text = CatalogFile(file)
            guard DeclaredVendor.declaresVendor(in: text) else { return nil }
            do throws(CatalogError) { return try DeclaredVendor(text).card } catch { throw Configuration.ConfigurationError(error) }
        }
    }

    /// Compiles a configuration.
    /// - Throws: `.misconfigured` if it contains a name that does not exist.
    package convenience init(_ configuration: Configuration, catalog: Catalog, seal: KeyRing) throws(Fault) {
        let dialects = Dialects.all
        guard let standard = dialects.first(where: { $0.name == configuration.dialects.defaultDialect }) else {
            throw Fault(.misconfigured, "There is no dialect '\(configuration.dialects.defaultDialect)'.")
        }
        var accounts: [Account] = []
        let declared = try RuntimeConfig.declaredVendors(in: configuration)
        for configured in configuration.accounts {
            accounts.append(try Account(configured, besides: declared, in: configuration))
        }
        let mounts = dialects.compactMap { dialect -> (prefix: String, dialect: any Dialect)? in
            let prefix = configuration.dialects.mounts[dialect.name] ?? "/" + dialect.name
            return prefix.map { ($0, dialect) }
        }
        self.init(
            accounts: accounts, simulator: TestCard(), aliases: configuration.aliases.map { ($0.name, $0.tries.map(Planner.Target.init)) },
            catalog: catalog,
            seal: seal,
            authenticator: Authenticator(configuration), standardDialect: standard, mounts: mounts,
            publicURL: configuration.publicURL?.description, hasAdministration: !configuration.admin.isEmpty,
            results: configuration.results, thumbnails: ThumbnailSettings(configuration), limits: configuration.limits,
            corsOrigins: configuration.cors,
            simulates: !configuration.accountsAreNone, egress: Egress(.environment, configuration.proxies))
        let mistakes = AliasReport(configuration.aliases, planner, now: Timestamp(unix: 0)).errors
        if !mistakes.isEmpty { throw Fault(.misconfigured, mistakes.joined(separator: "\n  ")) }
    }

    /// The vendors that the configuration's files declare.
    private static func declaredVendors(in configuration: Configuration) throws(Fault) -> [any Vendor] {
        var vendors: [any Vendor] = []
        for file in configuration.vendorFiles.map(CatalogFile.init) where DeclaredVendor.declaresVendor(in: file) {
            do throws(CatalogError) { vendors.append(try DeclaredVendor(file)) } catch { throw Fault(.misconfigured, "\(error)") }
        }
        return vendors
    }
}

extension ThumbnailSettings {
    /// Nil if no images are made, or `ffmpeg` is not installed.
    init?(_ configuration: Configuration) {
        guard configuration.makesThumbnails, configuration.results != nil, let program = StillImages.findProgram() else { return nil }
        self.init(program: program, folder: StateFolder.location(of: configuration.state) + "/thumbnails")
    }
}

extension CatalogFile {
    init(_ file: Configuration.VendorFile) { self.init(name: file.path, text: file.text[...]) }
}

extension Configuration.ConfigurationError {
    fileprivate init(_ mistake: CatalogError) {
        self.init(
            .named("\(mistake.file):\(mistake.line)"), mistake.place.isEmpty ? mistake.message : "\(mistake.place): \(mistake.message)")
    }
}

extension Planner.Target {
    fileprivate init(_ configured: Configuration.Alias.Try) {
        self.init(
            model: configured.model, adapt: configured.adapt == .strict ? .strict : .nearest,
            continuesAfterFailure: configured.onFailure == .next)
    }
}

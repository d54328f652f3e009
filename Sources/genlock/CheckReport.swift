import Application
import Configuration
import Crypto
import Gateway
import Jobs
import Routing
import Upstream
import Wire

/// Describes what a configuration would run. Shows at most the last four characters of secrets.
struct CheckReport {
    private let configuration: Configuration
    private let config: RuntimeConfig
    private let state: StateInspection
    private(set) var warnings: [String]
    /// Of the folder of results.
    private var folderErrors: [String] = []

    init(_ configuration: Configuration, config: RuntimeConfig, now: Timestamp) {
        self.configuration = configuration
        self.config = config
        state = StateInspection(configuration.state, needsKeys: configuration.sealKeys == nil)
        warnings = configuration.warnings.map(\.description) + state.warnings
        warnings += AliasReport(configuration.aliases, config.planner, now: now).warnings
        warnings += BudgetCheck(configuration, config).warnings
        if let expiry = Application.readCertificateExpiry(configuration), expiry <= now {
            warnings.append("tls: a certificate expired on \(expiry.iso8601.prefix(10)); clients will refuse it")
        }
        if case .folder(let path)? = configuration.results?.place {
            let folder = ResultFolderInspection(path)
            warnings += folder.warnings
            folderErrors = folder.errors
        }
        if case .postgres = configuration.journal { warnings.append("journal: PostgreSQL is not supported yet") }
    }

    /// Errors of the state folder and of the folder of results that `serve` would report.
    var errors: [String] { state.errors + folderErrors }

    var text: String {
        let parts: [(String, [String])] = [
            ("configuration", [configuration.file ?? "no file, all defaults"]),
            ("listen", configuration.listen.map(line)),
            ("admin", configuration.admin.isEmpty ? [administration] : configuration.admin.map(\.description)),
            ("state", [state.location + ", sealing keys " + sealing]),
            ("public url", [configuration.publicURL?.description ?? "not set: links use the address that the client called"]),
            ("keys", keys),
            ("accounts", accounts),
            ("vendors", configuration.vendorFiles.map { VendorFileReport($0).summary }),
            ("aliases", configuration.aliases.map(line)),
            ("dialects", dialects),
            ("journal", [journal]),
            ("results", [results]),
            ("thumbnails", [thumbnails]),
            ("log", ["\(configuration.log.level.rawValue), \(configuration.log.format.rawValue)"]),
        ]
        return parts.flatMap { name, lines in
            lines.enumerated().map { place, line in CheckReport.padded(place == 0 ? name : "", 15) + line }
        }.joined(separator: "\n")
    }

    private func line(_ listen: Configuration.Listen) -> String {
        guard let options = configuration.listenOptions[listen] else { return listen.description }
        let parts: [String?] = [
            listen.description, options.mode.map { "mode 0" + String($0, radix: 8) }, options.group.map { "group \($0)" },
            options.isV6Only ? "IPv6 only" : nil,
            options.proxies.map { "PROXY protocol from " + $0.map(\.description).joined(separator: " ") },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private var sealing: String {
        if configuration.sealKeys != nil { return "from GENLOCK_SEAL_KEYS" }
        return SealKeyFile.exists(in: state.location) ? "exist" : "will be created at the first start"
    }

    private var administration: String {
        if configuration.keys.isEmpty { return "no admin address: this machine can read /metrics" }
        let names = configuration.keys.filter(\.isAdmin).map(\.name)
        return names.isEmpty ? "no key can read /metrics: set admin, or admin: true for a key" : "keys " + names.joined(separator: ", ")
    }

    private var keys: [String] {
        guard !configuration.keys.isEmpty else { return ["none: only this machine can call, with any key, as the owner \"local\""] }
        return configuration.keys.map { key in
            let bounds = [key.rate?.description, key.budget?.description, key.isAdmin ? "admin" : nil].compactMap(\.self)
            let models = key.models.isEmpty ? "none" : key.models.map(\.description).joined(separator: " ")
            return "\(key.name): models " + ([models] + bounds).joined(separator: ", ")
        }
    }

    private var accounts: [String] {
        if configuration.accountsAreNone { return ["none (accounts: none): no model can be used"] }
        guard !configuration.accounts.isEmpty else { return ["none: the test vendor serves every model, nothing is paid"] }
        return configuration.accounts.map { account in
            let secrets = account.secrets.sorted { $0.key < $1.key }.map { "\($0.key) \(CheckReport.masked($0.value))" }
            let found = configuration.accountsAreFromEnvironment ? " from \(account.location)" : ""
            let target = account.baseURL.map { " at \($0)" } ?? ""
            let vendor = account.vendor == account.name ? "" : " (\(account.vendor))"
            return "\(account.name)\(vendor): " + (secrets.isEmpty ? "no key" : secrets.joined(separator: ", ")) + found + target
                + proxy(of: account)
        }
    }

    /// The proxy for the account's calls, without its password.
    private func proxy(of account: Configuration.Account) -> String {
        switch account.proxy {
        case .direct: return configuration.proxies.isEmpty ? "" : ", no proxy"
        case .proxy(let proxy): return ", through the proxy \(proxy)"
        case .environment:
            guard !configuration.proxies.isEmpty, let url = config.mainURL(of: account.name) else { return "" }
            let named = configuration.proxies.proxy(isSecure: url.scheme == .https, host: url.host, port: url.port)
            return named.map { ", through the proxy \($0.proxy) of \($0.variable)" } ?? ", no proxy for \(url.host.text)"
        }
    }

    private func line(_ alias: Configuration.Alias) -> String {
        let first = CheckReport.first(of: alias.name, config).map { "\($0.model.fullName) with account \($0.account)" } ?? "nothing"
        return "\(alias.name): \(first)" + (alias.tries.count > 1 ? ", first of \(alias.tries.count)" : "")
    }

    private var dialects: [String] {
        let others = RuntimeConfig.vocabulary.dialects.filter { $0 != configuration.dialects.defaultDialect }
        let mounts = others.compactMap { name in
            (configuration.dialects.mounts[name] ?? "/" + name).map { "\(name) at \($0)" }
        }
        return (["\(configuration.dialects.defaultDialect) on the bare host"] + mounts)
    }

    private var journal: String {
        switch configuration.journal {
        case .sqlite: "sqlite in \(state.location)"
        case .off: "off: ids and downloads work without it; lists, deletes and idempotency need it"
        case .postgres: "postgres"
        }
    }

    private var thumbnails: String {
        if configuration.results == nil { return "the vendor's only: results are not kept" }
        if !configuration.makesThumbnails { return "the vendor's only: thumbnails is off" }
        return config.thumbnails.map { "made with \($0.program)" } ?? "the vendor's only: ffmpeg is not installed"
    }

    private var results: String {
        guard let results = configuration.results else { return "not kept: a video is at its vendor only" }
        let bounds = [results.maxSize.map { "at most \($0) bytes" }, results.redirects ? "with redirects" : nil].compactMap(\.self)
        let terms = (["for \(CheckReport.span(results.keep))"] + bounds).joined(separator: ", ")
        switch results.place {
        case .folder(let path): return "in \(path) \(terms)"
        case .bucket(let bucket):
            let prefix = bucket.prefix.isEmpty ? "" : "/" + bucket.prefix
            return
                "in the bucket \(bucket.name)\(prefix) at \(bucket.endpoint) \(terms), secret_key \(CheckReport.masked(bucket.secretKey))"
        }
    }

    /// `30 days`, `12 hours`, `90 s`.
    private static func span(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds % 86_400 == 0 { return "\(seconds / 86_400) days" }
        return seconds % 3600 == 0 ? "\(seconds / 3600) hours" : "\(seconds) s"
    }

    private static func first(of alias: String, _ config: RuntimeConfig) -> Plan.Try? { try? config.planner.plan(for: alias).tries.first }

    /// `set, ends in 7f3a`; the ending only if the secret is long enough.
    static func masked(_ secret: Secret) -> String {
        secret.count >= 20 ? "set, ends in " + String(secret.reveal().suffix(4)) : "set"
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
}

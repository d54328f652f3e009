import Crypto
import Jobs
import Wire

extension Configuration {
    private static let keys = [
        "listen", "admin", "share_port", "state", "public_url", "tls", "client_ca", "keys", "vendors", "accounts", "aliases", "dialects",
        "journal", "limits", "log", "hosts", "prices", "core_dumps", "cors", "watch", "webhooks",
        "results", "thumbnails",
    ]

    /// Which parts of a configuration are read. The variables of other parts need not be set.
    package enum Scope: Sendable {
        case everything
        /// The state folder and the limits.
        case state
    }

    /// Settings for access control: an empty variable never removes them.
    private static let neverOmitted = ["keys", "accounts", "client_ca"]

    /// Reads a configuration.
    /// - Parameters:
    ///   - text: the bytes of the YAML file `file`; nil without a file.
    ///   - readFile: returns the text of a file named in `${file:…}`.
    ///   - readFolder: returns the files of a folder of vendors.
    /// - Throws: `LoadError` with all errors.
    package static func read(
        _ text: Bytes?, file: String, overrides: Overrides, environment: Environment, known: Vocabulary, scope: Scope = .everything,
        readFile: @escaping (String) throws(ConfigurationFile.ReadError) -> String,
        readFolder: (String) throws(ConfigurationFile.ReadError) -> [VendorFile] = ConfigurationFile.readVendorFiles
    ) throws(LoadError) -> Configuration {
        let decoder = ConfigurationDecoder(known: known, file: file, environment: environment, readFile: readFile)
        var root: YAMLNode?
        do throws(ConfigurationError) {
            root = try text.flatMap { text throws(ConfigurationError) in try YAMLReader.read(text, file: file) }
        } catch {
            throw LoadError(errors: [error])
        }
        let members =
            root.flatMap { decoder.members($0, "a map with keys like listen and accounts", keys: keys, kept: neverOmitted) } ?? [:]
        var configuration = Configuration()
        configuration.file = text == nil ? nil : file
        configuration.isBlank = text != nil && root == nil
        configuration.readState(members, overrides, decoder: decoder)
        if scope == .everything {
            configuration.readAddresses(members, overrides, decoder: decoder)
            configuration.readKeysAndHosts(members, overrides, decoder: decoder)
            configuration.readVendors(members["vendors"], readFolder, decoder: decoder)
            configuration.readAccounts(members, environment, decoder: decoder)
            if let node = members["prices"] { configuration.prices = ContractPrice.read(node, configuration.accounts, decoder: decoder) }
            configuration.proxies = ProxyEnvironment(environment) { decoder.addWarning($0.location, $0.message) }
            configuration.readRest(members, overrides, decoder: decoder)
            configuration.checkExposure(members["listen"]?.location ?? overrides.listen.map { .named($0.name) }, decoder)
            decoder.warnAboutUnknownVariables(environment, text: text ?? [])
        }
        configuration.warnings = decoder.warnings
        configuration.omittedAccounts = decoder.omittedAccounts
        guard decoder.errors.isEmpty else { throw LoadError(errors: decoder.errors.sorted { $0.location.sortKey < $1.location.sortKey }) }
        return configuration
    }

    private mutating func readState(_ members: [String: YAMLNode], _ overrides: Overrides, decoder: ConfigurationDecoder) {
        if let path = overrides.defaultState { state = path }
        if let node = overrides.state?.node ?? members["state"] {
            state =
                decoder.value(node, expected: "the path of a folder") { $0.isEmpty ? nil : decoder.resolvedPath($0, for: node) } ?? state
        }
        sealKeys = overrides.sealKeys.map { Secret($0.text) }
        if let node = members["limits"] { limits = LimitTable.read(node, decoder) }
    }

    private mutating func readAddresses(_ members: [String: YAMLNode], _ overrides: Overrides, decoder: ConfigurationDecoder) {
        let addresses = overrides.listen?.nodes ?? members["listen"].map(decoder.elements)
        if let addresses {
            listen = addresses.compactMap { readListen($0, decoder) }
            if addresses.isEmpty {
                decoder.addError(members["listen"]?.location ?? .named("listen"), "expected \(Listen.expected), found nothing")
            }
        }
        if let node = members["core_dumps"] { allowsCoreDumps = decoder.boolean(node) ?? false }
        for node in overrides.admin?.nodes ?? members["admin"].map(decoder.elements) ?? [] {
            let address = decoder.value(node, expected: Listen.expected) { Listen($0)?.resolved { decoder.resolvedPath($0, for: node) } }
            guard let address else { continue }
            admin.append(address)
            checkAdmin(address, node.location, decoder: decoder)
        }
        if let node = members["share_port"] { sharesPort = decoder.boolean(node) ?? false }
        if let node = overrides.publicURL?.node ?? members["public_url"] {
            publicURL = decoder.value(node, expected: BaseURL.expected, BaseURL.init)
        }
        tls = TLS(members, decoder)
    }

    /// The admin listener needs no key, so it must not share an address with clients and should not be public.
    private func checkAdmin(_ address: Listen, _ location: SettingLocation, decoder: ConfigurationDecoder) {
        if listen.contains(address) { decoder.addError(location, "admin needs its own address: \(address) is in listen") }
        if !address.isLoopback {
            decoder.addWarning(
                location, "admin at \(address) can be reached from outside and needs no key: keep it in a private network")
        }
    }

    private mutating func readKeysAndHosts(_ members: [String: YAMLNode], _ overrides: Overrides, decoder: ConfigurationDecoder) {
        if let node = members["webhooks"] { readReceiverPolicy(node, decoder) }
        keysAreNone = members["keys"]?.isNone ?? false
        if !keysAreNone { keys = (members["keys"].map(decoder.elements) ?? []).compactMap { Key($0, receivers: receivers, decoder) } }
        keys += (overrides.keys?.nodes ?? []).compactMap { Key(short: $0, decoder) }
        var names: Set<String> = []
        for key in keys where !names.insert(key.name).inserted {
            decoder.addError(key.location, "the key \"\(key.name)\" is defined twice")
        }
        hosts = (members["hosts"].map(decoder.elements) ?? []).compactMap { node in
            decoder.value(node, expected: "a host like studio.local or studio.local:8080") { Authority($0)?.description }
        }
        if let node = members["cors"] { readOrigins(node, decoder) }
    }

    /// Reports errors in a file with their location in it.
    private mutating func readVendors(
        _ node: YAMLNode?, _ readFolder: (String) throws(ConfigurationFile.ReadError) -> [VendorFile], decoder: ConfigurationDecoder
    ) {
        guard let node, let path = decoder.path(node, expected: "the path of a folder of vendors' files") else { return }
        vendorsFolder = path
        do throws(ConfigurationFile.ReadError) { vendorFiles = try readFolder(path) } catch {
            return decoder.addError(node.location, "cannot read the folder \(path): \(error.reason)")
        }
        for file in vendorFiles {
            do throws(ConfigurationError) {
                guard let card = try decoder.vocabulary.card(file) else { continue }
                if let other = decoder.vocabulary.card(named: card.name)
                    ?? card.aliases.lazy.compactMap({ decoder.vocabulary.card(named: $0) }).first
                {
                    decoder.addError(.named(file.path), "the vendor \(card.name) has a name of \(other.name)")
                } else {
                    decoder.addVendor(card)
                }
            } catch {
                decoder.addError(error.location, error.message)
            }
        }
    }

    private mutating func readAccounts(_ members: [String: YAMLNode], _ environment: Environment, decoder: ConfigurationDecoder) {
        guard let node = members["accounts"] else {
            accounts = Configuration.accounts(
                from: environment, cards: decoder.vocabulary.cards, readFile: decoder.readFile,
                warn: { decoder.addWarning($0.location, $0.message) })
            return
        }
        accountsAreFromEnvironment = false
        accountsAreNone = node.isNone
        if accountsAreNone { return }
        accounts = (decoder.entries(node, "a map of accounts, { name: { vendor: …, api_key: … } }, or none") ?? []).compactMap {
            Account($0, decoder)
        }
    }

    private mutating func readRest(_ members: [String: YAMLNode], _ overrides: Overrides, decoder: ConfigurationDecoder) {
        if let node = members["aliases"] {
            aliases = (decoder.entries(node, "a map of aliases, { sora-2: [ … ] }") ?? []).compactMap { Alias($0, decoder) }
        }
        if let node = members["dialects"] { dialects = Dialects(node, decoder) ?? dialects }
        if let node = members["journal"] { journal = Journal(node, decoder) ?? journal }
        if let node = members["thumbnails"] {
            makesThumbnails = decoder.value(node, expected: "auto or off") { ["auto": true, "off": false][$0] } ?? makesThumbnails
        }
        if let node = members["results"], !node.isEmpty { results = Results(node, decoder) }
        if let node = members["watch"] { watchesJobs = decoder.switchPosition(node) ?? watchesJobs }
        for node in [members["log"], overrides.log?.node].compactMap(\.self) { log.read(node, decoder) }
        if case .off = journal { checkJournalRequirements(members, decoder) }
        if !watchesJobs, let key = keys.first(where: { !$0.webhooks.isEmpty }) {
            decoder.addWarning(
                key.location,
                "the webhooks of the key \"\(key.name)\" are called only when a client asks for the job: watch is off")
        }
    }

    /// Rejects settings that need the journal if it is off.
    private func checkJournalRequirements(_ members: [String: YAMLNode], _ decoder: ConfigurationDecoder) {
        if results != nil, let node = members["results"] { decoder.addError(node.location, "results need the journal, which is off") }
        for key in keys where key.budget != nil {
            decoder.addError(key.location, "the budget of the key \"\(key.name)\" needs the journal, which is off")
        }
        for key in keys where !key.webhooks.isEmpty {
            decoder.addError(key.location, "the webhooks of the key \"\(key.name)\" need the journal, which is off")
        }
        for alias in aliases where alias.tries.contains(where: { $0.onFailure == .next }) {
            decoder.addWarning(alias.location, "on_failure of \"\(alias.name)\" does nothing: it needs the journal, which is off")
        }
    }

    /// Without keys, anyone who can reach a listener could spend the operator's money.
    private func checkExposure(_ location: SettingLocation?, _ decoder: ConfigurationDecoder) {
        guard keys.isEmpty, let open = listen.first(where: { !$0.isLoopback }), decoder.errors.isEmpty else { return }
        let location = location ?? .named("listen")
        decoder.addError(
            location, "\(open) can be reached from outside, but there are no keys: add one (genlock keys new NAME), or listen on 127.0.0.1")
    }
}

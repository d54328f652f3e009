import Crypto
import Jobs
import Wire

extension Configuration {
    private static let keys = [
        "listen", "admin", "share_port", "state", "public_url", "tls", "client_ca", "keys", "vendors", "accounts", "aliases", "dialects",
        "journal", "limits", "log", "hosts", "prices", "core_dumps", "cors",
    ]

    /// Which parts of a configuration are read. Variables of the others need not be set.
    package enum Scope: Sendable {
        case everything
        /// The state folder and the limits.
        case state
    }

    /// What decides who may come in: an empty variable never takes it away.
    private static let critical = ["keys", "accounts", "client_ca"]

    /// Reads a configuration.
    /// - Parameters:
    ///   - text: the bytes of the YAML file called `file`; nil where there is none.
    ///   - readFile: gives the text of a file named in `${file:…}`.
    ///   - readFolder: gives the files of a folder of vendors.
    /// - Throws: `Invalid` with every mistake that was found.
    package static func read(
        _ text: Bytes?, file: String, overrides: Overrides, environment: Environment, known: Vocabulary, scope: Scope = .everything,
        readFile: @escaping (String) throws(ConfigurationFile.Failure) -> String,
        readFolder: (String) throws(ConfigurationFile.Failure) -> [VendorFile] = ConfigurationFile.vendors
    ) throws(Invalid) -> Configuration {
        let reading = Reading(known: known, file: file, environment: environment, readFile: readFile)
        var root: YAMLNode?
        do throws(Mistake) { root = try text.flatMap { text throws(Mistake) in try YAMLReader.read(text, file: file) } } catch {
            throw Invalid(mistakes: [error])
        }
        let members =
            root.flatMap { reading.members($0, "a map with keys like listen and accounts", keys: keys, kept: critical) } ?? [:]
        var configuration = Configuration()
        configuration.file = text == nil ? nil : file
        configuration.isBlank = text != nil && root == nil
        configuration.readState(members, overrides, reading)
        if scope == .everything {
            configuration.readPlaces(members, overrides, reading)
            configuration.readCallers(members, overrides, reading)
            configuration.readVendors(members["vendors"], readFolder, reading)
            configuration.readAccounts(members, environment, reading)
            if let node = members["prices"] { configuration.prices = ContractPrice.read(node, configuration.accounts, reading) }
            configuration.proxies = ProxyEnvironment(environment) { reading.warn($0.place, $0.message) }
            configuration.readRest(members, overrides, reading)
            configuration.checkExposure(members["listen"]?.place ?? overrides.listen.map { .named($0.name) }, reading)
            reading.warnOfUnknownVariables(environment, text: text ?? [])
        }
        configuration.warnings = reading.warnings
        configuration.omittedAccounts = reading.omittedAccounts
        guard reading.mistakes.isEmpty else { throw Invalid(mistakes: reading.mistakes.sorted { $0.place.order < $1.place.order }) }
        return configuration
    }

    private mutating func readState(_ members: [String: YAMLNode], _ overrides: Overrides, _ reading: Reading) {
        if let path = overrides.defaultState { state = path }
        if let node = overrides.state?.node ?? members["state"] {
            state = reading.value(node, expected: "the path of a folder") { $0.isEmpty ? nil : reading.located($0, node) } ?? state
        }
        sealKeys = overrides.sealKeys.map { Secret($0.text) }
        if let node = members["limits"] { limits = LimitTable.read(node, reading) }
    }

    private mutating func readPlaces(_ members: [String: YAMLNode], _ overrides: Overrides, _ reading: Reading) {
        let addresses = overrides.listen?.nodes ?? members["listen"].map(reading.elements)
        if let addresses {
            listen = addresses.compactMap { readListen($0, reading) }
            if addresses.isEmpty {
                reading.refuse(members["listen"]?.place ?? .named("listen"), "expected \(Listen.expected), found nothing")
            }
        }
        if let node = members["core_dumps"] { allowsCoreDumps = reading.flag(node) ?? false }
        for node in overrides.admin?.nodes ?? members["admin"].map(reading.elements) ?? [] {
            let address = reading.value(node, expected: Listen.expected) { Listen($0)?.located { reading.located($0, node) } }
            guard let address else { continue }
            admin.append(address)
            checkAdmin(address, node.place, reading)
        }
        if let node = members["share_port"] { sharesPort = reading.flag(node) ?? false }
        if let node = overrides.publicURL?.node ?? members["public_url"] {
            publicURL = reading.value(node, expected: BaseURL.expected, BaseURL.init)
        }
        tls = TLS(members, reading)
    }

    /// The administration asks for no key: it must not be where clients are, and better not where strangers are.
    private func checkAdmin(_ address: Listen, _ place: Place, _ reading: Reading) {
        if listen.contains(address) { reading.refuse(place, "admin needs an address of its own: \(address) is in listen") }
        if !address.isLoopback {
            reading.warn(place, "admin at \(address) can be reached from outside and asks for no key: keep it in a private network")
        }
    }

    private mutating func readCallers(_ members: [String: YAMLNode], _ overrides: Overrides, _ reading: Reading) {
        keysAreNone = members["keys"]?.isNone ?? false
        if !keysAreNone { keys = (members["keys"].map(reading.elements) ?? []).compactMap { Key($0, reading) } }
        keys += (overrides.keys?.nodes ?? []).compactMap { Key(short: $0, reading) }
        var names: Set<String> = []
        for key in keys where !names.insert(key.name).inserted { reading.refuse(key.place, "the key \"\(key.name)\" stands twice") }
        hosts = (members["hosts"].map(reading.elements) ?? []).compactMap { node in
            reading.value(node, expected: "a host like studio.local or studio.local:8080") { Authority($0)?.description }
        }
        if let node = members["cors"] { readOrigins(node, reading) }
    }

    /// What is wrong in a file is told with its own place.
    private mutating func readVendors(
        _ node: YAMLNode?, _ readFolder: (String) throws(ConfigurationFile.Failure) -> [VendorFile], _ reading: Reading
    ) {
        guard let node, let path = reading.path(node, expected: "the path of a folder of vendors' files") else { return }
        vendorsFolder = path
        do throws(ConfigurationFile.Failure) { vendorFiles = try readFolder(path) } catch {
            return reading.refuse(node.place, "the folder \(path) cannot be read: \(error.reason)")
        }
        for file in vendorFiles {
            do throws(Mistake) {
                guard let card = try reading.known.card(file) else { continue }
                if let other = reading.known.card(named: card.name) ?? card.aliases.lazy.compactMap({ reading.known.card(named: $0) }).first
                {
                    reading.refuse(.named(file.path), "the vendor \(card.name) is called as \(other.name) is")
                } else {
                    reading.learn(card)
                }
            } catch {
                reading.refuse(error.place, error.message)
            }
        }
    }

    private mutating func readAccounts(_ members: [String: YAMLNode], _ environment: Environment, _ reading: Reading) {
        guard let node = members["accounts"] else {
            accounts = Configuration.accounts(
                from: environment, cards: reading.known.cards, readFile: reading.readFile, warn: { reading.warn($0.place, $0.message) })
            return
        }
        accountsAreFromEnvironment = false
        accountsAreNone = node.isNone
        if accountsAreNone { return }
        accounts = (reading.entries(node, "a map of accounts, { name: { vendor: …, api_key: … } }, or none") ?? []).compactMap {
            Account($0, reading)
        }
    }

    private mutating func readRest(_ members: [String: YAMLNode], _ overrides: Overrides, _ reading: Reading) {
        if let node = members["aliases"] {
            aliases = (reading.entries(node, "a map of aliases, { sora-2: [ … ] }") ?? []).compactMap { Alias($0, reading) }
        }
        if let node = members["dialects"] { dialects = Dialects(node, reading) ?? dialects }
        if let node = members["journal"] { journal = Journal(node, reading) ?? journal }
        for node in [members["log"], overrides.log?.node].compactMap(\.self) { log.read(node, reading) }
        if case .off = journal { checkPromises(reading) }
    }

    /// What cannot be kept without a journal is not promised.
    private func checkPromises(_ reading: Reading) {
        for key in keys where key.budget != nil {
            reading.refuse(key.place, "the budget of the key \"\(key.name)\" needs the journal, which is off")
        }
        for alias in aliases where alias.tries.contains(where: { $0.onFailure == .next }) {
            reading.warn(alias.place, "on_failure of \"\(alias.name)\" does nothing: it needs the journal, which is off")
        }
    }

    /// Without keys anybody who reaches a listener could spend the operator's money.
    private func checkExposure(_ place: Place?, _ reading: Reading) {
        guard keys.isEmpty, let open = listen.first(where: { !$0.isLoopback }), reading.mistakes.isEmpty else { return }
        let place = place ?? .named("listen")
        reading.refuse(
            place, "\(open) can be reached from outside, but there are no keys: add one (genlock keys new NAME), or listen on 127.0.0.1")
    }
}

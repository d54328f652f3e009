import Crypto
import Jobs
import Wire

extension Configuration.Account {
    private static let commonKeys = [
        "vendor", "base_url", "weight", "concurrency", "rate", "price", "models", "proxy", "ca_file",
        "result_hosts",
    ]

    /// Nil if the account cannot be used: adds an error, or a warning if a variable is empty.
    init?(_ entry: YAMLNode.Entry, _ decoder: ConfigurationDecoder) {
        guard decoder.isName(entry.key, at: entry.location), let card = Self.card(entry, decoder) else { return nil }
        guard entry.key.utf8.count <= Limits.maxAccountNameCharacters else {
            decoder.addError(
                entry.location, "an account's name has at most \(Limits.maxAccountNameCharacters) characters: it is part of every job id")
            return nil
        }
        self.init(name: entry.key, vendor: card.name, location: entry.location)
        let settings = card.settings.map(\.name).filter { $0 != "base_url" }
        let keys = Self.commonKeys + card.secrets.keys.sorted() + settings
        let secrets = card.secrets.keys.sorted()
        guard
            let members = decoder.members(
                entry.value, "an account like { vendor: …, api_key: \"${NAME}\" }", keys: keys, kept: secrets)
        else { return nil }
        readCommon(members, decoder)
        guard readSecrets(card, members, decoder: decoder), readSettings(card, members, decoder: decoder) else { return nil }
    }

    /// The card of the vendor that `vendor` names, or else the name of the account.
    private static func card(_ entry: YAMLNode.Entry, _ decoder: ConfigurationDecoder) -> VendorCard? {
        let known = decoder.vocabulary
        guard case .map(let entries) = entry.value.content, let node = entries.first(where: { $0.key == "vendor" })?.value else {
            if let card = known.card(named: entry.key) { return card }
            decoder.addError(
                entry.location,
                "the account \"\(entry.key)\" needs a vendor" + Suggestion.clause(for: entry.key, among: known.vendorNames))
            return nil
        }
        guard let name = decoder.text(node, expected: "a vendor's name") else { return nil }
        guard let card = known.card(named: name) else {
            decoder.addError(node.location, "unknown vendor \(node.summary)" + Suggestion.clause(for: name, among: known.vendorNames))
            return nil
        }
        if let other = known.card(named: entry.key), other.name != card.name {
            decoder.addError(entry.location, "an account of \(card.name) cannot be called \"\(entry.key)\": that is another vendor's name")
            return nil
        }
        return card
    }

    private mutating func readCommon(_ members: [String: YAMLNode], _ decoder: ConfigurationDecoder) {
        baseURL = members["base_url"].flatMap { decoder.value($0, expected: Configuration.BaseURL.expected, Configuration.BaseURL.init) }
        weight = members["weight"].flatMap { decoder.integer($0, in: 1...1000) } ?? 1
        concurrency = members["concurrency"].flatMap { decoder.integer($0, in: 1...100_000) }
        rate = members["rate"].flatMap { decoder.value($0, expected: Rate.expected, Rate.init) }
        price = members["price"].flatMap { decoder.value($0, expected: Configuration.priceExpected, Configuration.price) }
        models =
            members["models"].map { node in
                decoder.elements(node).compactMap { decoder.value($0, expected: ModelPattern.expected, ModelPattern.init) }
            } ?? []
        proxy = members["proxy"].flatMap { ProxyChoice($0, decoder) } ?? .environment
        resultHosts = (members["result_hosts"].map(decoder.elements) ?? []).compactMap { node in
            decoder.value(node, expected: "a host like 10.0.0.7:9000 or minio.local") { Authority($0) }
        }
        caFile = members["ca_file"].flatMap { decoder.path($0, expected: "the path of a PEM file") }
    }

    /// Reads the secrets. False if a required one is missing.
    private mutating func readSecrets(_ card: VendorCard, _ members: [String: YAMLNode], decoder: ConfigurationDecoder) -> Bool {
        var allowsNoSecret = false
        var empty: [String] = []
        for name in card.secrets.keys.sorted() {
            guard let node = members[name], let text = decoder.text(node, expected: "a secret as text") else { continue }
            switch text {
            case "none": allowsNoSecret = true
            case "": empty.append(name)
            default:
                do throws(ConfigurationFile.ReadError) {
                    secrets[name] = Secret(
                        try card.auth.loadSecret(text, named: name) { path throws(ConfigurationFile.ReadError) in
                            try decoder.readFile(decoder.resolvedPath(path, for: node))
                        })
                    for objection in card.auth.isPlain(name) ? SecretCheck.warnings(for: text) : [] {
                        decoder.addWarning(node.location, "the \(name) of the account \"\(self.name)\" \(objection)")
                    }
                } catch {
                    decoder.addError(node.location, "cannot read the file that it names: \(error.reason)")
                }
            }
        }
        let sufficient = card.auth.sufficientSecretSets(of: card.secrets.keys)
        if allowsNoSecret || sufficient.contains(where: { $0.isSubset(of: secrets.keys) }) { return true }
        if !empty.isEmpty {
            decoder.omitAccount(account: name)
            decoder.addWarning(location, "the account \"\(name)\" is not used: \(empty.joined(separator: " and ")) is empty")
        } else if sufficient.allSatisfy({ !$0.isSubset(of: members.keys) }) {
            let wanted = sufficient.map { $0.sorted().joined(separator: " and ") }.joined(separator: ", or ")
            decoder.addError(location, "the account \"\(name)\" has no \(wanted)" + Self.example(card))
        }
        return false
    }

    private static func example(_ card: VendorCard) -> String {
        guard let (name, variables) = card.secrets.min(by: { $0.key < $1.key }), let variable = variables.first else { return "" }
        return ", for example \(name): \"${\(variable)}\""
    }

    private mutating func readSettings(_ card: VendorCard, _ members: [String: YAMLNode], decoder: ConfigurationDecoder) -> Bool {
        for setting in card.settings where setting.name != "base_url" {
            let choices = setting.choices
            let expected = choices.isEmpty ? "text" : "one of " + choices.joined(separator: ", ")
            let given = members[setting.name].flatMap { node in
                decoder.value(node, expected: expected) { choices.isEmpty || $0.isEmpty || choices.contains($0) ? $0 : nil }
            }
            settings[setting.name] = given.flatMap { $0.isEmpty ? nil : $0 } ?? setting.valueFromSecret(in: secrets) ?? setting.fallback
        }
        let missing = missingSettings(card)
        for setting in card.settings where settings[setting.name] == nil && !setting.environment.isEmpty && baseURL == nil {
            if !missing.contains(setting.name) {
                decoder.addWarning(location, "the account \"\(name)\" has no \(setting.name), which its vendor requires")
            }
        }
        for setting in missing { decoder.addError(location, "the account \"\(name)\" has no \(setting)") }
        return missing.isEmpty
    }
}

extension Configuration.Account.ProxyChoice {
    /// The error message does not repeat the text: it may contain a password.
    init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        let expected = Configuration.Proxy.expected + ", or none"
        guard let text = decoder.text(node, expected: expected) else { return nil }
        if text == "none" {
            self = .direct
        } else if let proxy = Configuration.Proxy(text) {
            self = .proxy(proxy)
        } else {
            decoder.addError(node.location, "expected \(expected)")
            return nil
        }
    }
}

extension VendorCard.Setting {
    /// The value of this setting that a secret contains.
    fileprivate func valueFromSecret(in secrets: [String: Secret]) -> String? {
        guard let secretMember, let text = secrets[secretMember.secret]?.reveal() else { return nil }
        return (try? JSON(parsing: text))?[secretMember.member]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

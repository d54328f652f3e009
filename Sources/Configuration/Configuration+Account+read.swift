import Crypto
import Jobs
import Wire

extension Configuration.Account {
    private static let ownKeys = [
        "vendor", "base_url", "weight", "concurrency", "rate", "price", "models", "proxy", "ca_file",
        "result_hosts",
    ]

    /// Nil if it cannot be used: a mistake is told, or, where a variable is empty, a warning.
    init?(_ entry: YAMLNode.Entry, _ reading: Reading) {
        guard reading.isName(entry.key, at: entry.place), let card = Self.card(entry, reading) else { return nil }
        guard entry.key.utf8.count <= Limits.accountNameCharacters else {
            reading.refuse(
                entry.place, "an account's name has at most \(Limits.accountNameCharacters) characters: it stands in every job id")
            return nil
        }
        self.init(name: entry.key, vendor: card.name, place: entry.place)
        let settings = card.settings.map(\.name).filter { $0 != "base_url" }
        let keys = Self.ownKeys + card.secrets.keys.sorted() + settings
        let secrets = card.secrets.keys.sorted()
        guard
            let members = reading.members(
                entry.value, "an account like { vendor: …, api_key: \"${NAME}\" }", keys: keys, kept: secrets)
        else { return nil }
        readOwn(members, reading)
        guard readSecrets(card, members, reading), readSettings(card, members, reading) else { return nil }
    }

    /// The card of the vendor that is named, or after which the account is called.
    private static func card(_ entry: YAMLNode.Entry, _ reading: Reading) -> VendorCard? {
        let known = reading.known
        guard case .map(let entries) = entry.value.content, let node = entries.first(where: { $0.key == "vendor" })?.value else {
            if let card = known.card(named: entry.key) { return card }
            reading.refuse(
                entry.place, "the account \"\(entry.key)\" needs a vendor" + Spelling.advice(for: entry.key, among: known.vendorNames))
            return nil
        }
        guard let name = reading.text(node, expected: "a vendor's name") else { return nil }
        guard let card = known.card(named: name) else {
            reading.refuse(node.place, "unknown vendor \(node.found)" + Spelling.advice(for: name, among: known.vendorNames))
            return nil
        }
        if let other = known.card(named: entry.key), other.name != card.name {
            reading.refuse(entry.place, "an account of \(card.name) cannot be called \"\(entry.key)\": that is another vendor's name")
            return nil
        }
        return card
    }

    private mutating func readOwn(_ members: [String: YAMLNode], _ reading: Reading) {
        baseURL = members["base_url"].flatMap { reading.value($0, expected: Configuration.BaseURL.expected, Configuration.BaseURL.init) }
        weight = members["weight"].flatMap { reading.whole($0, in: 1...1000) } ?? 1
        concurrency = members["concurrency"].flatMap { reading.whole($0, in: 1...100_000) }
        rate = members["rate"].flatMap { reading.value($0, expected: Rate.expected, Rate.init) }
        price = members["price"].flatMap { reading.value($0, expected: Model.Price.expected, Model.Price.init(configured:)) }
        models =
            members["models"].map { node in
                reading.elements(node).compactMap { reading.value($0, expected: ModelPattern.expected, ModelPattern.init) }
            } ?? []
        proxy = members["proxy"].flatMap { ProxyChoice($0, reading) } ?? .environment
        resultHosts = (members["result_hosts"].map(reading.elements) ?? []).compactMap { node in
            reading.value(node, expected: "a host like 10.0.0.7:9000 or minio.local") { Authority($0) }
        }
        caFile = members["ca_file"].flatMap { reading.path($0, expected: "the path of a PEM file") }
    }

    /// Whether there are enough of them, or none are wanted.
    private mutating func readSecrets(_ card: VendorCard, _ members: [String: YAMLNode], _ reading: Reading) -> Bool {
        var isKeyless = false
        var empty: [String] = []
        for name in card.secrets.keys.sorted() {
            guard let node = members[name], let text = reading.text(node, expected: "a secret as text") else { continue }
            switch text {
            case "none": isKeyless = true
            case "": empty.append(name)
            default:
                do throws(ConfigurationFile.Failure) {
                    secrets[name] = Secret(try card.auth.content(of: text, name) { path throws(ConfigurationFile.Failure) in
                        try reading.readFile(reading.located(path, node))
                    })
                    for objection in card.auth.isPlain(name) ? SecretCheck.objections(to: text) : [] {
                        reading.warn(node.place, "the \(name) of the account \"\(self.name)\" \(objection)")
                    }
                } catch {
                    reading.refuse(node.place, "the file that this names cannot be read: \(error.reason)")
                }
            }
        }
        let sufficient = card.auth.sufficient(of: card.secrets.keys)
        if isKeyless || sufficient.contains(where: { $0.isSubset(of: secrets.keys) }) { return true }
        if !empty.isEmpty {
            reading.omit(account: name)
            reading.warn(place, "the account \"\(name)\" is left out: \(empty.joined(separator: " and ")) is empty")
        } else if sufficient.allSatisfy({ !$0.isSubset(of: members.keys) }) {
            let wanted = sufficient.map { $0.sorted().joined(separator: " and ") }.joined(separator: ", or ")
            reading.refuse(place, "the account \"\(name)\" has no \(wanted)" + Self.example(card))
        }
        return false
    }

    private static func example(_ card: VendorCard) -> String {
        guard let (name, variables) = card.secrets.min(by: { $0.key < $1.key }), let variable = variables.first else { return "" }
        return ", for example \(name): \"${\(variable)}\""
    }

    private mutating func readSettings(_ card: VendorCard, _ members: [String: YAMLNode], _ reading: Reading) -> Bool {
        for setting in card.settings where setting.name != "base_url" {
            let choices = setting.choices
            let expected = choices.isEmpty ? "text" : "one of " + choices.joined(separator: ", ")
            let given = members[setting.name].flatMap { node in
                reading.value(node, expected: expected) { choices.isEmpty || $0.isEmpty || choices.contains($0) ? $0 : nil }
            }
            settings[setting.name] = given.flatMap { $0.isEmpty ? nil : $0 } ?? setting.said(in: secrets) ?? setting.fallback
        }
        let missing = missingSettings(card)
        for setting in card.settings where settings[setting.name] == nil && !setting.environment.isEmpty && baseURL == nil {
            if !missing.contains(setting.name) {
                reading.warn(place, "the account \"\(name)\" has no \(setting.name), which its vendor asks for")
            }
        }
        for setting in missing { reading.refuse(place, "the account \"\(name)\" has no \(setting)") }
        return missing.isEmpty
    }
}

extension Configuration.Account.ProxyChoice {
    /// The message does not repeat the text: it may hold a password.
    init?(_ node: YAMLNode, _ reading: Reading) {
        let expected = Configuration.Proxy.expected + ", or none"
        guard let text = reading.text(node, expected: expected) else { return nil }
        if text == "none" {
            self = .direct
        } else if let proxy = Configuration.Proxy(text) {
            self = .proxy(proxy)
        } else {
            reading.refuse(node.place, "expected \(expected)")
            return nil
        }
    }
}

extension VendorCard.Setting {
    /// What a secret says of it.
    func said(in secrets: [String: Secret]) -> String? {
        guard let within, let text = secrets[within.secret]?.reveal() else { return nil }
        return (try? JSON(parsing: text))?[within.member]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Configuration.Vocabulary {
    var vendorNames: [String] { cards.flatMap { [$0.name] + $0.aliases } }
}

import Crypto
import Jobs

extension Configuration {
    /// One account for each vendor whose credentials are in the environment variables that the vendor's own SDKs use.
    /// - Parameters:
    ///   - readFile: returns the text of a file that a variable names.
    ///   - warn: called with what cannot be used.
    package static func accounts(
        from environment: Environment, cards: [VendorCard], readFile: (String) throws(ConfigurationFile.ReadError) -> String,
        warn: (ConfigurationError) -> Void = { _ in }
    ) -> [Account] {
        cards.compactMap { card in
            do throws(ConfigurationError) { return try account(of: card, from: environment, readFile: readFile, warn: warn) } catch {
                warn(error)
                return nil
            }
        }
    }

    private static func account(
        of card: VendorCard, from environment: Environment, readFile: (String) throws(ConfigurationFile.ReadError) -> String,
        warn: (ConfigurationError) -> Void
    ) throws(ConfigurationError) -> Account? {
        let variables = card.secrets.values.flatMap(\.self).sorted()
        guard let location = variables.first(where: { environment[$0]?.isEmpty == false }).map(SettingLocation.named) else { return nil }
        var account = Account(name: card.name, vendor: card.name, location: location)
        for setting in card.settings {
            let value = environment.first(of: setting.environment) ?? setting.fallback
            if setting.name == "base_url" { account.baseURL = value.flatMap(BaseURL.init) } else { account.settings[setting.name] = value }
            // General credentials of a cloud do not mean that it shall make videos: the settings that its vendor needs must be set too.
            if value == nil, !setting.environment.isEmpty { return nil }
            guard let value, !setting.choices.isEmpty, !setting.choices.contains(value) else { continue }
            throw ConfigurationError(
                location, "\(card.title) is not used: its \(setting.name) must be one of \(setting.choices.joined(separator: ", "))")
        }
        var secretWarnings: [ConfigurationError] = []
        for (name, variables) in card.secrets {
            guard let variable = environment.name(of: variables), let text = environment[variable] else { continue }
            if card.auth.isPlain(name) {
                secretWarnings += SecretCheck.warnings(for: text).map {
                    ConfigurationError(.named(variable), "the \(name) of \(card.title) \($0)")
                }
            }
            do throws(ConfigurationFile.ReadError) {
                account.secrets[name] = Secret(try card.auth.loadSecret(text, named: name, readFile: readFile))
            } catch {
                throw ConfigurationError(
                    location, "\(card.title) is not used: cannot read the file that the variable names: \(error.reason)")
            }
        }
        let isEnough = card.auth.sufficientSecretSets(of: card.secrets.keys).contains { $0.isSubset(of: account.secrets.keys) }
        guard isEnough, account.missingSettings(card).isEmpty else { return nil }
        secretWarnings.sorted { $0.location.description < $1.location.description }.forEach(warn)
        return account
    }
}

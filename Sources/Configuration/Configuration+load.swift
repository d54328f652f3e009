import Wire

extension Configuration {
    /// Where a configuration is searched if nothing names one.
    package static let defaultPaths = ["genlock.yaml", "config/genlock.yaml", "/etc/genlock/genlock.yaml"]

    /// Reads the configuration of this process: the file that `named` (a flag) or `GENLOCK_CONFIG` names, else the first of `defaultPaths`
    /// that exists, else none.
    package static func load(
        named: String?, overrides: Overrides, environment: Environment, known: Vocabulary, scope: Scope = .everything
    ) throws(LoadError) -> Configuration {
        let requested = named ?? environment["GENLOCK_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let found = if let requested { try readConfigurationFile(requested, mustExist: true) } else { try readDefaultFile() }
        return try read(
            found?.text, file: found?.path ?? "", overrides: overrides, environment: environment, known: known, scope: scope,
            readFile: { path throws(ConfigurationFile.ReadError) in try ConfigurationFile.readText(at: path) })
    }

    private static func readDefaultFile() throws(LoadError) -> (path: String, text: Bytes)? {
        for path in defaultPaths {
            if let found = try readConfigurationFile(path, mustExist: false) { return found }
        }
        return nil
    }

    private static func readConfigurationFile(_ path: String, mustExist: Bool) throws(LoadError) -> (path: String, text: Bytes)? {
        do throws(ConfigurationFile.ReadError) { return (path, try ConfigurationFile.readBytes(at: path)) } catch {
            if error.isMissing && !mustExist { return nil }
            throw LoadError(errors: [ConfigurationError(.named(path), "cannot read the configuration: \(error.reason)")])
        }
    }
}

extension Configuration {
    /// Why a running server refuses to replace the old configuration by this one; nil if it may. An empty or truncated file is a valid
    /// configuration of defaults, but a server that loses its keys by accident is open to anyone, and one without accounts is useless.
    package func reasonNotToReplace(_ old: Configuration) -> String? {
        if old.file != file {
            let (lost, found) = (old.file ?? "the configuration without a file", file ?? "no file")
            return "\(lost) no longer exists, and \(found) would replace it: restart to change the file"
        }
        if isBlank, !old.isBlank { return "\(file ?? "the file") has no content" }
        if keys.isEmpty, !old.keys.isEmpty, !keysAreNone {
            return "it has no keys, and the server has \(old.keys.count): write 'keys: none' to serve without keys"
        }
        let names = Set(old.accounts.map(\.name))
        if let name = omittedAccounts.first(where: names.contains) { return "the secret of the account \"\(name)\" is empty" }
        if accounts.isEmpty, !old.accounts.isEmpty, !accountsAreNone {
            return "it has no accounts, and the server has \(old.accounts.count): write 'accounts: none' to serve without accounts"
        }
        return nil
    }
}

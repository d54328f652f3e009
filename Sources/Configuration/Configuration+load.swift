import Wire

extension Configuration {
    /// Where a configuration is looked for when nothing says where it is.
    package static let usualFiles = ["genlock.yaml", "config/genlock.yaml", "/etc/genlock/genlock.yaml"]

    /// Reads the configuration of this process: the file that `named` (a flag) or `GENLOCK_CONFIG` names, else the first of `usualFiles`
    /// that exists, else none.
    package static func load(
        named: String?, overrides: Overrides, environment: Environment, known: Vocabulary, scope: Scope = .everything
    ) throws(Invalid) -> Configuration {
        let asked = named ?? environment["GENLOCK_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let found = if let asked { try file(asked, mustExist: true) } else { try usualFile() }
        return try read(
            found?.text, file: found?.path ?? "", overrides: overrides, environment: environment, known: known, scope: scope,
            readFile: { path throws(ConfigurationFile.Failure) in try ConfigurationFile.text(at: path) })
    }

    private static func usualFile() throws(Invalid) -> (path: String, text: Bytes)? {
        for path in usualFiles {
            if let found = try file(path, mustExist: false) { return found }
        }
        return nil
    }

    private static func file(_ path: String, mustExist: Bool) throws(Invalid) -> (path: String, text: Bytes)? {
        do throws(ConfigurationFile.Failure) { return (path, try ConfigurationFile.bytes(at: path)) } catch {
            if error.isMissing && !mustExist { return nil }
            throw Invalid(mistakes: [Mistake(.named(path), "the configuration cannot be read: \(error.reason)")])
        }
    }
}

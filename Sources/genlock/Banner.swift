import Configuration

/// The text that `serve` prints when it is ready.
enum Banner {
    static func text(_ configuration: Configuration, addresses: [String], isSimulated: Bool) -> String {
        let scheme = configuration.tls == nil ? "http" : "https"
        let places = addresses.map { $0.hasPrefix("unix:") ? $0 : "\(scheme)://\($0)" }
        var lines = ["genlock \(Genlock.version) listens on " + places.joined(separator: ", ")]
        lines.append("  configuration  " + (configuration.file ?? "none, all defaults"))
        lines.append("  state          " + configuration.state)
        lines.append("  keys           " + keys(configuration))
        lines.append("  accounts       " + accounts(configuration, isSimulated: isSimulated))
        return lines.joined(separator: "\n")
    }

    private static func keys(_ configuration: Configuration) -> String {
        let names = configuration.keys.map(\.name)
        return names.isEmpty ? "none: only this machine can call, with any key" : names.joined(separator: ", ")
    }

    private static func accounts(_ configuration: Configuration, isSimulated: Bool) -> String {
        if isSimulated { return "none: the test vendor serves every model, nothing is paid" }
        if configuration.accountsAreNone { return "none (accounts: none): no model can be used" }
        let names = configuration.accounts.map(\.name).joined(separator: ", ")
        return names + (configuration.accountsAreFromEnvironment ? " (from the environment)" : "")
    }
}

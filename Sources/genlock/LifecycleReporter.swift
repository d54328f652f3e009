import Configuration
import Telemetry
import Wire

/// Reports what `serve` is doing: as text on a terminal, as log lines in JSON.
struct LifecycleReporter {
    private let configuration: Configuration
    private let telemetry: Telemetry
    private let logsJSON: Bool

    init(_ configuration: Configuration, _ telemetry: Telemetry) {
        self.configuration = configuration
        self.telemetry = telemetry
        logsJSON = configuration.log.format == .json || (configuration.log.format == .auto && !Console.isTerminal)
    }

    func reportWarnings() {
        for warning in configuration.warnings {
            if logsJSON {
                telemetry.log(.warning, "configuration warning", fields: ["detail": warning.description])
            } else {
                Console.printWarning(warning.description)
            }
        }
    }

    func reportStarted(at addresses: [String], isSimulated: Bool) {
        guard logsJSON else { return Console.printNote(Banner.text(configuration, addresses: addresses, isSimulated: isSimulated)) }
        telemetry.log(
            .notice, "serving",
            fields: [
                "version": Genlock.version, "listen": addresses.joined(separator: ", "),
                "admin": configuration.admin.map(\.description).joined(separator: ", "), "configuration": configuration.file ?? "none",
                "state": configuration.state, "keys": configuration.keys.map(\.name).joined(separator: ", "),
                "accounts": configuration.accounts.map(\.name).joined(separator: ", "), "simulated": isSimulated ? "yes" : "no",
            ])
    }

    func reportReloaded() {
        reportWarnings()
        let summary = "\(configuration.keys.count) keys, \(configuration.accounts.count) accounts, \(configuration.aliases.count) aliases"
        guard logsJSON else { return Console.printNote("the configuration was reloaded: " + summary) }
        telemetry.log(.notice, "configuration reloaded", fields: ["configuration": configuration.file ?? "none", "detail": summary])
    }

    /// The old configuration stays in use.
    func reportReloadRefused(because reason: String) {
        guard logsJSON else { return Console.printError("the configuration was not reloaded: " + reason) }
        telemetry.log(.error, "configuration not reloaded", fields: ["detail": reason])
    }

    func reportStopping(grace span: Duration) {
        let grace = "\(span.components.seconds) s"
        if logsJSON {
            telemetry.log(.notice, "stopping", fields: ["grace": grace])
        } else {
            Console.printNote("stopping: requests in progress have \(grace) to end")
        }
    }

    func reportStopped() { if logsJSON { telemetry.log(.notice, "stopped") } }
}

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

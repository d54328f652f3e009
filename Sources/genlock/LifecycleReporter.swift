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

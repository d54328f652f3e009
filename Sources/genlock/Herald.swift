import Configuration
import Telemetry
import Wire

/// Tells what `serve` is doing: to people in words, to a log in JSON as lines like all others.
struct Herald {
    private let configuration: Configuration
    private let telemetry: Telemetry
    private let speaksJSON: Bool

    init(_ configuration: Configuration, _ telemetry: Telemetry) {
        self.configuration = configuration
        self.telemetry = telemetry
        speaksJSON = configuration.log.format == .json || (configuration.log.format == .auto && !Console.isTerminal)
    }

    func warn() {
        for warning in configuration.warnings {
            if speaksJSON {
                telemetry.say(.warning, "configuration", ["detail": warning.description])
            } else {
                Console.warn(warning.description)
            }
        }
    }

    func began(at addresses: [String], isRehearsal: Bool) {
        guard speaksJSON else { return Console.note(Banner.text(configuration, addresses: addresses, isRehearsal: isRehearsal)) }
        telemetry.say(
            .notice, "serving",
            [
                "version": Genlock.version, "listen": addresses.joined(separator: ", "),
                "admin": configuration.admin.map(\.description).joined(separator: ", "), "configuration": configuration.file ?? "none",
                "state": configuration.state, "keys": configuration.keys.map(\.name).joined(separator: ", "),
                "accounts": configuration.accounts.map(\.name).joined(separator: ", "), "rehearsal": isRehearsal ? "yes" : "no",
            ])
    }

    func reloaded() {
        warn()
        let facts = "\(configuration.keys.count) keys, \(configuration.accounts.count) accounts, \(configuration.aliases.count) aliases"
        guard speaksJSON else { return Console.note("the configuration was read again and is in force: " + facts) }
        telemetry.say(.notice, "configuration reloaded", ["configuration": configuration.file ?? "none", "detail": facts])
    }

    /// The new configuration is not used.
    func kept(because reason: String) {
        guard speaksJSON else { return Console.complain("the old configuration stays in force: " + reason) }
        telemetry.say(.error, "configuration not reloaded, the old one stays in force", ["detail": reason])
    }

    func ending(grace span: Duration) {
        let grace = "\(span.components.seconds) s"
        if speaksJSON {
            telemetry.say(.notice, "stopping", ["grace": grace])
        } else {
            Console.note("stopping: what is in flight has \(grace) to end")
        }
    }

    func ended() { if speaksJSON { telemetry.say(.notice, "stopped") } }
}

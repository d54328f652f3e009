import ArgumentParser
import Configuration
import Gateway

/// The flags by which every command finds its configuration.
struct Setup: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "The configuration file.",
            discussion: "Else GENLOCK_CONFIG, else \(Configuration.usualFiles.joined(separator: ", ")), else none: then accounts come from "
                + "the environment variables of the vendors' own tools.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: ArgumentHelp("The folder of sealing keys and journal (GENLOCK_STATE).", valueName: "folder"), completion: .directory)
    var state: String?

    @Option(help: ArgumentHelp("Level and format of the log, as in debug, json or debug,json (GENLOCK_LOG).", valueName: "level"))
    var log: String?

    /// Reads and checks the configuration.
    func load(listen: String? = nil) throws(Complaint) -> Configuration { try reader(listen: listen)() }

    /// Reads and checks the configuration, as often as it is called.
    func reader(listen: String? = nil) -> @Sendable () throws(Complaint) -> Configuration {
        { [config, state, log] () throws(Complaint) in
            try Setup.load(config: config, state: state, log: log, listen: listen)
        }
    }

    private static func load(config: String?, state: String?, log: String?, listen: String?) throws(Complaint) -> Configuration {
        let environment = Environment.process
        var overrides = Configuration.Overrides(environment)
        overrides.flags(listen: listen, state: state, log: log)
        do throws(Configuration.Invalid) {
            return try Configuration.load(named: config, overrides: overrides, environment: environment, known: Studio.vocabulary)
        } catch {
            let count = error.mistakes.count
            let head = count == 1 ? "the configuration has a mistake" : "the configuration has \(count) mistakes"
            throw Complaint(.badInput, head + "\n  " + error.mistakes.map(\.description).joined(separator: "\n  "))
        }
    }
}

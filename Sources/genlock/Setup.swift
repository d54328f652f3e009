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
    /// - Parameters:
    ///   - scope: the parts that the command uses; secrets of others need not be set.
    ///   - defaultState: the state folder where neither flag nor environment nor file names one.
    func load(
        listen: String? = nil, scope: Configuration.Scope = .everything, defaultState: String? = nil
    ) throws(Complaint) -> Configuration {
        try Setup.load(config: config, overrides: overrides(listen: listen, defaultState: defaultState), scope: scope)
    }

    /// Reads and checks the configuration, as often as it is called.
    func reader(listen: String? = nil) -> @Sendable () throws(Complaint) -> Configuration {
        { [config, overrides = overrides(listen: listen)] () throws(Complaint) in
            try Setup.load(config: config, overrides: overrides, scope: .everything)
        }
    }

    /// What can be read of the configuration even where it has mistakes.
    var whereabouts: Whereabouts { Whereabouts(named: config, overrides: overrides(listen: nil), environment: .process) }

    private func overrides(listen: String?, defaultState: String? = nil) -> Configuration.Overrides {
        var overrides = Configuration.Overrides(Environment.process)
        overrides.flags(listen: listen, state: state, log: log)
        overrides.defaultState = defaultState
        return overrides
    }

    private static func load(
        config: String?, overrides: Configuration.Overrides, scope: Configuration.Scope
    ) throws(Complaint) -> Configuration {
        do throws(Configuration.Invalid) {
            return try Configuration.load(
                named: config, overrides: overrides, environment: .process, known: Studio.vocabulary, scope: scope)
        } catch {
            let count = error.mistakes.count
            let head = count == 1 ? "the configuration has a mistake" : "the configuration has \(count) mistakes"
            throw Complaint(.badInput, head + "\n  " + error.mistakes.map(\.description).joined(separator: "\n  "))
        }
    }
}

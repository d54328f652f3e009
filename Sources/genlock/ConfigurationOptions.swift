import ArgumentParser
import Configuration

/// The flags for the configuration, common to all commands.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "The configuration file.",
            discussion:
                "Else GENLOCK_CONFIG, else \(Configuration.defaultPaths.joined(separator: ", ")), else none: then accounts come from "
                + "the environment variables of the vendors' own tools.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: ArgumentHelp("The folder of sealing keys and journal (GENLOCK_STATE).", valueName: "folder"), completion: .directory)
    var state: String?

    @Option(help: ArgumentHelp("Level and format of the log, as in debug, json or debug,json (GENLOCK_LOG).", valueName: "level"))
    var log: String?

    /// The values of the flags.
    var flags: ConfigurationFlags { ConfigurationFlags(config: config, state: state, log: log) }
}

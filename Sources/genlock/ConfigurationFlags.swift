import Application
import Configuration
import Gateway

/// What the flags of the command line say about the configuration.
struct ConfigurationFlags: Equatable {
    /// The configuration file.
    var config: String?
    /// The folder of sealing keys and journal.
    var state: String?
    /// Level and format of the log.
    var log: String?

    /// Reads and checks the configuration.
    /// - Parameters:
    ///   - scope: the parts that the command uses; secrets of others need not be set.
    ///   - defaultState: the state folder if neither a flag, the environment nor the file names one.
    func load(
        listen: String? = nil, scope: Configuration.Scope = .everything, defaultState: String? = nil
    ) throws(CLIError) -> Configuration {
        try ConfigurationFlags.load(config: config, overrides: overrides(listen: listen, defaultState: defaultState), scope: scope)
    }

    /// A function that reads and checks the configuration at each call.
    func makeReader(listen: String? = nil) -> @Sendable () throws(CLIError) -> Configuration {
        { [config, overrides = overrides(listen: listen)] () throws(CLIError) in
            try ConfigurationFlags.load(config: config, overrides: overrides, scope: .everything)
        }
    }

    /// The parts of the configuration that can be read even if it has errors.
    var partialConfiguration: PartialConfiguration {
        PartialConfiguration(named: config, overrides: overrides(listen: nil), environment: .process)
    }

    private func overrides(listen: String?, defaultState: String? = nil) -> Configuration.Overrides {
        var overrides = Configuration.Overrides(Environment.process)
        overrides.applyFlags(listen: listen, state: state, log: log)
        overrides.defaultState = defaultState
        return overrides
    }

    private static func load(
        config: String?, overrides: Configuration.Overrides, scope: Configuration.Scope
    ) throws(CLIError) -> Configuration {
        do throws(Configuration.LoadError) {
            return try Configuration.load(
                named: config, overrides: overrides, environment: .process, known: RuntimeConfig.vocabulary, scope: scope)
        } catch {
            let count = error.errors.count
            let head = count == 1 ? "the configuration has an error" : "the configuration has \(count) errors"
            throw CLIError(.badInput, head + "\n  " + error.errors.map(\.description).joined(separator: "\n  "))
        }
    }
}

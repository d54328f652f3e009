/// Command lines that run without ArgumentParser, whose reflection over every command takes a third of a start. These are the commands
/// that service managers and container engines call. Everything unusual is left to ArgumentParser: errors, help, abbreviations, repeated
/// options.
enum QuickCommand: Equatable {
    case serve(ConfigurationFlags, listen: String?)
    case healthcheck(ConfigurationFlags, url: String?)
    case version

    /// - Parameter words: the command line without the program's name.
    /// - Returns: nil if ArgumentParser must read the words.
    init?(_ words: [String]) {
        switch words.first {
        case "--version" where words.count == 1: self = .version
        case "serve":
            guard let options = QuickCommand.options(in: words.dropFirst(), other: "--listen") else { return nil }
            self = .serve(ConfigurationFlags(options), listen: options["--listen"])
        case "healthcheck":
            guard let options = QuickCommand.options(in: words.dropFirst(), other: "--url") else { return nil }
            self = .healthcheck(ConfigurationFlags(options), url: options["--url"])
        default: return nil
        }
    }

    func run() throws(CLIError) {
        switch self {
        case .serve(let flags, let listen): try Serve.run(flags, listen: listen)
        case .healthcheck(let flags, let url): try Healthcheck.run(flags, url: url)
        case .version: Console.print(Genlock.versionText)
        }
    }

    /// The options by their long names, or nil if a word is not one of them, lacks a value or comes twice.
    private static func options(in words: ArraySlice<String>, other: String) -> [String: String]? {
        var found: [String: String] = [:]
        var rest = words
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = word == "-c" ? "--config" : parts[0]
            guard [other, "--config", "--state", "--log"].contains(name), let value = parts.count == 2 ? parts[1] : rest.popFirst(),
                // A value that is empty or looks like an option is a mistake more often than not.
                !value.isEmpty, !value.hasPrefix("-"), found.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return found
    }
}

extension ConfigurationFlags {
    fileprivate init(_ options: [String: String]) {
        self.init(config: options["--config"], state: options["--state"], log: options["--log"])
    }
}

extension Configuration {
    /// An error in the configuration: its location, and what would be accepted. Never shows the value of an environment variable, of a
    /// secret file or of a secret, and escapes control characters.
    package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
        package var location: SettingLocation
        package var message: String

        package init(_ location: SettingLocation, _ message: String) {
            self.location = location
            self.message = message.escaped
        }

        /// `config/genlock.yaml:3:5: unknown key "listn", did you mean "listen"?`
        package var description: String { "\(location.description.escaped): \(message)" }
    }

    /// All errors of a configuration that cannot be used, in the order of the file.
    package struct LoadError: Error, CustomStringConvertible {
        package var errors: [ConfigurationError]

        package var description: String { errors.map(\.description).joined(separator: "\n") }
    }
}

/// Where a setting comes from: a position in a file, or the name of an environment variable or flag.
package enum SettingLocation: Sendable, Hashable, CustomStringConvertible {
    /// Line and column count from 1; the column counts characters.
    case file(String, line: Int, column: Int)
    case named(String)

    package var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .named(let name): name
        }
    }

    /// Line and column, for sorting errors; flags and variables come first.
    var sortKey: (Int, Int) {
        if case .file(_, let line, let column) = self { (line, column) } else { (0, 0) }
    }
}

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

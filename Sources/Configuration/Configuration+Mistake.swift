extension Configuration {
    /// One thing that is wrong in the configuration: where it stands and what would be right. Never shows the value of an
    /// environment variable, of a secret file or of a secret, and shows what no screen does as escapes.
    package struct Mistake: Error, Equatable, CustomStringConvertible {
        package var place: Place
        package var message: String

        package init(_ place: Place, _ message: String) {
            self.place = place
            self.message = message.escaped
        }

        /// `config/genlock.yaml:3:5: unknown key "listn", did you mean "listen"?`
        package var description: String { "\(place.description.escaped): \(message)" }
    }

    /// A configuration that cannot be run, with every mistake that was found in it, in the order of the file.
    package struct Invalid: Error, CustomStringConvertible {
        package var mistakes: [Mistake]

        package var description: String { mistakes.map(\.description).joined(separator: "\n") }
    }
}

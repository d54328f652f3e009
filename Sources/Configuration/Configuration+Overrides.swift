extension Configuration {
    /// Values from flags and environment variables that override the file, each with its name for messages.
    package struct Overrides: Sendable {
        package struct Value: Sendable {
            package var text: String
            package var name: String
        }

        package var listen: Value?
        package var admin: Value?
        package var state: Value?
        /// The default state folder.
        package var defaultState: String?
        package var publicURL: Value?
        package var log: Value?
        package var keys: Value?
        package var sealKeys: Value?

        package init() {}

        /// `GENLOCK_LISTEN`, `GENLOCK_ADMIN`, `GENLOCK_STATE`, `GENLOCK_PUBLIC_URL`, `GENLOCK_LOG`, `GENLOCK_KEYS` and
        /// `GENLOCK_SEAL_KEYS`. Empty ones are ignored.
        package init(_ environment: Environment) {
            func value(_ name: String) -> Value? {
                environment[name].flatMap { $0.isEmpty ? nil : Value(text: $0, name: name) }
            }
            listen = value("GENLOCK_LISTEN")
            admin = value("GENLOCK_ADMIN")
            state = value("GENLOCK_STATE")
            publicURL = value("GENLOCK_PUBLIC_URL")
            log = value("GENLOCK_LOG")
            keys = value("GENLOCK_KEYS")
            sealKeys = value("GENLOCK_SEAL_KEYS")
        }

        /// Flags override environment variables.
        package mutating func applyFlags(listen: String?, state: String?, log: String?) {
            if let listen { self.listen = Value(text: listen, name: "--listen") }
            if let state { self.state = Value(text: state, name: "--state") }
            if let log { self.log = Value(text: log, name: "--log") }
        }
    }
}

extension Configuration.Overrides.Value {
    /// The value as a node of the file.
    var node: YAMLNode { YAMLNode(location: .named(name), content: .scalar(text, isPlain: false), isExpandable: false) }

    /// Values separated by commas.
    var nodes: [YAMLNode] {
        text.split(separator: ",").map { piece in
            YAMLNode(location: .named(name), content: .scalar(piece.trimmed, isPlain: false), isExpandable: false)
        }
    }
}

@preconcurrency import Glibc

/// Environment variables by name. Code that needs them gets an instance passed; only the wiring chooses `process`.
///
/// Values are trimmed of white space, line ends and byte order marks, which secrets and env files often contain.
package struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?
    private let list: @Sendable () -> [String]

    package init(_ values: [String: String]) {
        self.init(look: { values[$0] }, list: { values.keys.sorted() })
    }

    private init(look: @escaping @Sendable (String) -> String?, list: @escaping @Sendable () -> [String]) {
        (self.lookUp, self.list) = (look, list)
    }

    /// Nil if it is not set.
    package subscript(name: String) -> String? { lookUp(name)?.trimmed }

    /// The names of all variables, in order.
    package var names: [String] { list() }

    /// The first of these variables that is set and not empty.
    package func name(of names: [String]) -> String? { names.first { self[$0]?.isEmpty == false } }

    /// The value of the first of these variables that is set and not empty.
    package func first(of names: [String]) -> String? { name(of: names).flatMap { self[$0] } }

    /// The variables of this process.
    package static let process = Environment(
        look: { name in getenv(name).map { String(cString: $0) } },
        list: {
            var names: [String] = []
            var next = environ
            while let entry = next.pointee {
                names.append(String(String(cString: entry).prefix { $0 != "=" }))
                next += 1
            }
            return names.sorted()
        })
}

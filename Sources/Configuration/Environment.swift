import Glibc

/// Environment variables by name. Code that needs some is handed one; only the program's wiring picks `process`.
package struct Environment: Sendable {
    private let look: @Sendable (String) -> String?

    package init(_ values: [String: String]) { look = { values[$0] } }

    private init(look: @escaping @Sendable (String) -> String?) { self.look = look }

    /// Nil if it is not set.
    package subscript(name: String) -> String? { look(name) }

    /// The value of the first of these variables that is set and not empty.
    package func first(of names: [String]) -> String? {
        names.lazy.compactMap { look($0) }.first { !$0.isEmpty }
    }

    /// The variables this process was started with.
    package static let process = Environment { name in getenv(name).map { String(cString: $0) } }
}

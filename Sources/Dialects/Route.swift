import Wire

/// A method and a path pattern of a dialect: `GET /v1/videos/{id}/content`.
package struct Route: Sendable {
    package var method: Method
    /// Segments in braces match one segment, `{name...}` the rest of the path with its slashes.
    package var pattern: String
    package var action: Action
    /// Whether the route needs no key.
    package var isPublic: Bool

    package init(_ method: Method, _ pattern: String, action: Action, isPublic: Bool = false) {
        self.method = method
        self.pattern = pattern
        self.action = action
        self.isPublic = isPublic
    }

    /// The captured segments of a path by their names, percent-decoded. A route has one or two, so comparing costs less than hashing.
    package struct Captures: Sendable, ExpressibleByDictionaryLiteral {
        private var segments: [(name: String, value: String)]

        package init(dictionaryLiteral segments: (String, String)...) { self.segments = segments.map { ($0.0, $0.1) } }

        package subscript(name: String) -> String? { segments.first { $0.name == name }?.value }

        mutating func add(_ name: String, _ value: String) { segments.append((name, value)) }
    }

    /// A matched route with its captured segments.
    package struct Match: Sendable {
        package var action: Action
        package var captures: Captures
        package init(action: Action, captures: Captures = [:]) {
            self.action = action
            self.captures = captures
        }
        /// The segment captured as `{id}`.
        package var id: String { captures["id"] ?? "" }
    }
}

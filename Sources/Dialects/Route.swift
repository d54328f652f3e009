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

    /// A matched route with its captured segments, percent-decoded.
    package struct Match: Sendable {
        package var action: Action
        package var captures: [String: String]
        package init(action: Action, captures: [String: String] = [:]) {
            self.action = action
            self.captures = captures
        }
        /// The segment captured as `{id}`.
        package var id: String { captures["id"] ?? "" }
    }
}

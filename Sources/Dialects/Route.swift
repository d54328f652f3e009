import Wire

/// A method and a path pattern of a dialect: `GET /v1/videos/{id}/content`.
package struct Route: Sendable {
    package var method: Method
    /// Segments in braces match one segment, `{name...}` the rest of the path with its slashes.
    package var pattern: String
    /// The dialect's own word for what is asked there; handed back in `Match`.
    package var action: String
    /// Whether a client without a key may ask.
    package var isPublic: Bool

    package init(_ method: Method, _ pattern: String, action: String, isPublic: Bool = false) {
        self.method = method
        self.pattern = pattern
        self.action = action
        self.isPublic = isPublic
    }

    /// A route that fitted, with what stood in the braces, percent-decoded.
    package struct Match: Sendable {
        package var action: String
        package var captures: [String: String]
        package init(action: String, captures: [String: String] = [:]) {
            self.action = action
            self.captures = captures
        }
        /// What stood in `{id}`.
        package var id: String { captures["id"] ?? "" }
    }
}

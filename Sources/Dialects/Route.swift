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

    /// The captures if the path fits this pattern, whatever the method.
    package func captures(in path: String) -> [String: String]? {
        let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let input = path.split(separator: "/", omittingEmptySubsequences: false)
        var captures: [String: String] = [:]
        for (place, segment) in wanted.enumerated() {
            guard place < input.count else { return nil }
            if segment.hasSuffix("...}") {
                captures[String(segment.dropFirst().dropLast(4))] = Percent.decoded(input[place...].joined(separator: "/"))
                return input[place].isEmpty ? nil : captures
            }
            if segment.hasPrefix("{") {
                guard !input[place].isEmpty else { return nil }
                captures[String(segment.dropFirst().dropLast())] = Percent.decoded(input[place])
            } else if segment != input[place] {
                return nil
            }
        }
        return input.count == wanted.count ? captures : nil
    }
}

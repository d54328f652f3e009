/// A request method (RFC 9110 §9). Unknown methods are kept as their token.
package struct Method: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let text: String

    package init(stringLiteral value: String) { text = value }
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    package static let get: Method = "GET"
    package static let head: Method = "HEAD"
    package static let post: Method = "POST"
    package static let put: Method = "PUT"
    package static let patch: Method = "PATCH"
    package static let delete: Method = "DELETE"
    package static let options: Method = "OPTIONS"
    package static let connect: Method = "CONNECT"
}

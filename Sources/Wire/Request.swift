/// One complete request of a client, independent of the HTTP version.
package struct Request: Sendable {
    package var method: Method
    /// Percent-encoded path as received, without the query: `/v1/videos/video_abc`.
    package var path: String
    package var query: Query
    package var headers: Headers
    package var body: Slice

    package init(method: Method, path: String, query: Query = Query(), headers: Headers = Headers(), body: Slice = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

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

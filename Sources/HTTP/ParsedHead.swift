import Wire

/// The head of a request, in one form for every protocol version. An object, because it passes through many hands and never changes.
package final class ParsedHead: Sendable {
    package let method: Method
    /// Percent-encoded as it was sent, without the query: `/v1/videos/video_abc`; `*` for `OPTIONS *`.
    package let path: String
    /// The text after the first `?`, as it was sent; empty without one.
    package let queryText: Slice
    /// Host and port as the client sent them: from the target if it has them, else from Host.
    package var authority: String { headers[.host] ?? "" }
    package let headers: Headers
    package let version: HTTPVersion
    /// How the body is framed. `chunked` means an unknown length in every protocol version.
    package let body: BodyFraming

    package init(
        method: Method, path: String, queryText: Slice = [], headers: Headers = Headers(),
        version: HTTPVersion = .http11, body: BodyFraming = .none
    ) {
        self.method = method
        self.path = path
        self.queryText = queryText
        self.headers = headers
        self.version = version
        self.body = body
    }

    /// The same head with another path.
    package func with(path: String) -> ParsedHead {
        ParsedHead(method: method, path: path, queryText: queryText, headers: headers, version: version, body: body)
    }

    /// The decoded parameters of the query; parsed at each call.
    package var query: Query { Query(parsing: queryText) }

    /// The length of the body in bytes: 0 without a body, nil if unknown.
    package var bodyLength: Int64? {
        switch body {
        case .none: 0
        case .length(let length): length
        case .chunked, .untilClose: nil
        }
    }
}

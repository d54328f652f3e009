import Wire

/// The head of a request as its protocol gave it, the same for every protocol.
package struct ParsedHead: Sendable {
    package var method: Method
    /// Percent-encoded as it was sent, without the query: `/v1/videos/video_abc`; `*` for `OPTIONS *`.
    package var path: String
    /// What stood behind the first `?`, as it was sent; empty if there was none.
    package var queryText: Slice
    /// Host and port that the client addressed, as it wrote them: from the target if that named them, else from Host.
    package var authority: String { headers[.host] ?? "" }
    package var headers: Headers
    package var version: HTTPVersion
    /// How long the body is, as far as the head tells. `chunked` stands for "not known yet" in every protocol.
    package var body: BodyFraming

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

    /// The parameters of the query, decoded; read anew at each call.
    package var query: Query { Query(parsing: queryText) }

    /// The length of the body where the head tells it: 0 without a body, nil if it is not known yet.
    package var bodyLength: Int64? {
        switch body {
        case .none: 0
        case .length(let length): length
        case .chunked, .untilClose: nil
        }
    }
}

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

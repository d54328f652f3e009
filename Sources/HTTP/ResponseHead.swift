import Wire

/// The head of a final response.
package struct ResponseHead: Sendable {
    package var status: Int
    package var headers: Headers
    package var version: HTTPVersion
    /// How the body is framed; `none` also for responses that never have one (HEAD, 204, 304).
    package var body: BodyFraming

    package init(status: Int, headers: Headers, version: HTTPVersion, body: BodyFraming) {
        self.status = status
        self.headers = headers
        self.version = version
        self.body = body
    }
}

/// One complete response to a client. Streamed responses are written piece by piece instead.
package struct Response: Sendable {
    package var status: Int
    package var headers: Headers
    package var body: Pieces

    package init(status: Int, headers: Headers = Headers(), body: Pieces = Pieces()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON response with `content-type: application/json`: several SDKs parse no other type.
    package init(status: Int = 200, json: JSONValue, headers: Headers = Headers()) {
        self.init(status: status, headers: headers, body: json.encoded())
        self.headers.set(.contentType, "application/json")
    }

    /// The same for a text that a writer has written.
    package init(status: Int = 200, json: consuming JSONWriter, headers: Headers = Headers()) {
        self.init(status: status, headers: headers, body: json.finish())
        self.headers.set(.contentType, "application/json")
    }
}

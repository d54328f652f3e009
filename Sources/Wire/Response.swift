/// One answer to a client, complete. Answers that stream are described by their head and written piece by piece.
package struct Response: Sendable {
    package var status: Int
    package var headers: Headers
    package var body: Pieces

    package init(status: Int, headers: Headers = Headers(), body: Pieces = Pieces()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON answer with `content-type: application/json`: several SDKs parse nothing that is labelled otherwise.
    package init(status: Int = 200, json: JSONValue, headers: Headers = Headers()) {
        self.init(status: status, headers: headers, body: json.encoded())
        self.headers.set(.contentType, "application/json")
    }
}

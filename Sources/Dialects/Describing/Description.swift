import Wire

/// What one action of a dialect does, takes and answers, for `/openapi.json`. Schemas are in JSON Schema 2020-12, as in OpenAPI 3.1.
package struct Description: Sendable {
    package struct Parameter: Sendable {
        package var name: String
        package var schema: JSONValue
        package var isRequired: Bool
    }

    /// One content type of a request body.
    package struct Form: Sendable {
        package var type: MediaType
        package var schema: JSONValue
        package var example: JSONValue?
    }

    package struct ExpectedResponse: Sendable {
        package var status: Int
        package var type: MediaType
        /// Nil for bytes, and for answers without a body.
        package var schema: JSONValue?
        /// Whether there is a body at all.
        package var hasBody = true
    }

    package var summary: String
    package var query: [Parameter] = []
    package var forms: [Form] = []
    package var responses: [ExpectedResponse] = []

    init(_ summary: String) { self.summary = summary }

    /// Adds a query parameter; an optional one may also be empty.
    func withQueryParameter(_ name: String, _ schema: JSONValue, isNeeded: Bool = false) -> Description {
        var copy = self
        var schema = schema
        if case .string("string")? = schema["type"] {} else if !isNeeded { schema = Schema.any(schema, ["const": ""]) }
        copy.query.append(Parameter(name: name, schema: schema, isRequired: isNeeded))
        return copy
    }

    /// Adds a JSON body.
    func withBody(_ schema: JSONValue, example: JSONValue) -> Description { withBody([.json], schema, example: example) }

    /// Adds a body of several content types.
    func withBody(_ types: [MediaType], _ schema: JSONValue, example: JSONValue) -> Description {
        var copy = self
        copy.forms += types.map { Form(type: $0, schema: schema, example: example) }
        return copy
    }

    func withResponse(_ schema: JSONValue, status: Int = 200) -> Description { withResponse(status, .json, schema: schema) }

    /// Adds responses with the bytes of a video, all of it or a range.
    func withVideoResponse() -> Description { withResponse(200, .mp4, schema: nil).withResponse(206, .mp4, schema: nil) }

    private func withResponse(_ status: Int, _ type: MediaType, schema: JSONValue?) -> Description {
        var copy = self
        copy.responses.append(ExpectedResponse(status: status, type: type, schema: schema))
        return copy
    }
}

import Wire

/// A request as its client sent it, stored as long as the job may fail over.
package struct StoredRequest: Sendable, Equatable {
    package var path: String
    /// Encoded, without the question mark.
    package var query: String
    /// The Content-Type field with its parameters.
    package var type: String?
    package var body: Bytes

    package init(path: String, query: String, type: String?, body: Bytes) {
        self.path = path
        self.query = query
        self.type = type
        self.body = body
    }
}

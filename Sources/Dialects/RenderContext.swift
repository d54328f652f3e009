import Wire

/// What some APIs put into their errors besides the fault.
package struct RenderContext: Sendable {
    /// The request's path as the client sent it, without the query.
    package var path: String
    package var requestID: String
    package var now: Timestamp

    package init(path: String = "", requestID: String = "", now: Timestamp = Timestamp(unix: 0)) {
        self.path = path
        self.requestID = requestID
        self.now = now
    }
}

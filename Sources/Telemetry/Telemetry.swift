import Wire

/// What the log is told of one request. No prompt, no query and no secret is in it.
package struct RequestLine: Sendable {
    package var id: String
    package var method: String
    /// The pattern of the route, never the path itself: ids stay out of labels.
    package var route: String
    package var status: Int
    package var duration: Duration
    package var owner: String?
    package var dialect: String?
    /// The account that was called.
    package var account: String?
    /// The kind of the fault, and what only the log may know of it.
    package var fault: String?
    package var detail: String?

    package init(
        id: String, method: String, route: String, status: Int, duration: Duration, owner: String? = nil, dialect: String? = nil,
        account: String? = nil, fault: String? = nil, detail: String? = nil
    ) {
        self.id = id
        self.method = method
        self.route = route
        self.status = status
        self.duration = duration
        self.owner = owner
        self.dialect = dialect
        self.account = account
        self.fault = fault
        self.detail = detail
    }
}

/// Log and metrics of the gateway.
package final class Telemetry: Sendable {
    package init() {}
    package func ended(_ line: RequestLine) {}
    package func unknownState(_ word: String, vendor: String) {}
    /// What could not be kept, or was found unfinished at the start.
    package func storageFailed(_ reason: String) {}
    package func brokenTransfer(_ reason: String) {}
    package func exposition() -> String { "" }
}

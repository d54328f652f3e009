import Wire

/// What the log is told of one request. No prompt, no query and no secret is in it.
package struct RequestLine: Sendable {
    package var id: String
    package var method: String
    /// The pattern of the route, never the path itself: ids stay out of labels.
    package var route: String
    package var status: Int
    package var duration: Duration
    /// Of the answer's body.
    package var bytes: Int?
    package var owner: String?
    package var dialect: String?
    /// The account that was called.
    package var account: String?
    /// The kind of the fault, and what only the log may know of it.
    package var fault: String?
    package var detail: String?
    /// The client's address: the connection's other end, or who a PROXY protocol header names.
    package var peer: String?
    /// The HTTP layer answered: there was no request that a handler could take.
    package var isRefusal: Bool

    package init(
        id: String, method: String, route: String, status: Int, duration: Duration, bytes: Int? = nil, owner: String? = nil,
        dialect: String? = nil, account: String? = nil, fault: String? = nil, detail: String? = nil, peer: String? = nil,
        isRefusal: Bool = false
    ) {
        self.id = id
        self.method = method
        self.route = route
        self.status = status
        self.duration = duration
        self.bytes = bytes
        self.owner = owner
        self.dialect = dialect
        self.account = account
        self.fault = fault
        self.detail = detail
        self.peer = peer
        self.isRefusal = isRefusal
    }

    /// What an operator should see even where little is logged: faults on our side or the vendor's. A head that could not be taken is its
    /// sender's, even if the answer was 501 or 505.
    var level: Telemetry.Level { status >= 500 && !isRefusal ? .warning : .info }

    func fill(_ entry: inout LogEntry) {
        entry.add("request", id)
        entry.add("method", method)
        entry.add("route", route)
        entry.add("status", status)
        entry.fields.append(("ms", .milliseconds(duration)))
        entry.add("bytes", bytes)
        entry.add("owner", owner)
        entry.add("dialect", dialect)
        entry.add("account", account)
        entry.add("fault", fault)
        entry.add("detail", detail.map(LogEntry.withoutQueries))
        entry.add("peer", peer)
    }
}

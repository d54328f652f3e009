/// What the metrics say of one request. Labels come from short lists.
package struct RequestSample: Sendable {
    package let method: String
    /// The pattern of the route, never the path itself.
    package let route: String
    package let dialect: String?
    package let status: Int
    package let duration: Duration
    /// Length of the response body.
    package let bytes: Int?
    /// The account whose vendor was called.
    package let account: String?
    /// The kind of the fault.
    package let fault: String?

    package init(
        method: String, route: String, dialect: String?, status: Int, duration: Duration, bytes: Int? = nil, account: String? = nil,
        fault: String? = nil
    ) {
        self.method = method
        self.route = route
        self.dialect = dialect
        self.status = status
        self.duration = duration
        self.bytes = bytes
        self.account = account
        self.fault = fault
    }
}

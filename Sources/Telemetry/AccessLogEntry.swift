import Wire

/// The access log entry of one request. It holds no prompt, no query and no secret.
package struct AccessLogEntry: Sendable {
    package var id: String
    package var method: String
    /// The pattern of the route, never the path itself: ids stay out of labels.
    package var route: String
    /// The requested path where no route matches; for the log only, never a metric label.
    package var path: String?
    package var status: Int
    package var duration: Duration
    /// Length of the response body.
    package var bytes: Int?
    package var owner: String?
    package var dialect: String?
    /// The account whose vendor was called.
    package var account: String?
    /// The job that the request is about.
    package var job: Job?
    /// The kind of the fault.
    package var fault: String?
    /// The private detail of the fault: logged, never shown to a client.
    package var detail: String?
    /// The client's address: the connection's peer, or the source that a PROXY protocol header names.
    package var peer: String?
    /// Whether the HTTP layer rejected the request before a handler saw it.
    package var isRejection: Bool

    /// The job as the log shows it: without its prompt.
    package struct Job: Sendable, Equatable {
        package var id: String
        package var vendor: String
        package var model: String
        /// In dollars: expected while the job lives, settled afterwards. Nil where it is not known.
        package var cost: Double?

        package init(id: String, vendor: String, model: String, cost: Double? = nil) {
            (self.id, self.vendor, self.model, self.cost) = (id, vendor, model, cost)
        }
    }

    package init(
        id: String, method: String, route: String, path: String? = nil, status: Int, duration: Duration, bytes: Int? = nil,
        owner: String? = nil, dialect: String? = nil, account: String? = nil, job: Job? = nil, fault: String? = nil,
        detail: String? = nil, peer: String? = nil, isRejection: Bool = false
    ) {
        self.id = id
        self.method = method
        self.route = route
        self.path = path
        self.status = status
        self.duration = duration
        self.bytes = bytes
        self.owner = owner
        self.dialect = dialect
        self.account = account
        self.job = job
        self.fault = fault
        self.detail = detail
        self.peer = peer
        self.isRejection = isRejection
    }

    /// `warning` for failures on our side or the vendor's. A rejected request head is the client's mistake, even if the response was 501 or
    /// 505. Health probes and scrapes come every few seconds and repeat what is logged elsewhere when it changes.
    var level: Telemetry.Level { AccessLogEntry.level(route: route, status: status, isRejection: isRejection) }

    static func level(route: String, status: Int, isRejection: Bool = false) -> Telemetry.Level {
        switch route {
        case "/healthz", "/readyz", "/metrics", "/health": .debug
        default: status >= 500 && !isRejection ? .warning : .info
        }
    }

    var sample: RequestSample {
        RequestSample(
            method: method, route: route, dialect: dialect, status: status, duration: duration, bytes: bytes, account: account,
            fault: fault)
    }

    /// A path as the log shows it: percent-encoded where a byte could forge a line, and truncated.
    private static func loggable(_ path: String) -> String {
        var text = ""
        for byte in path.utf8.prefix(maxPathBytes) {
            if (0x21...0x7E).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return path.utf8.count > maxPathBytes ? text + "…" : text
    }

    private static let maxPathBytes = 200

    func addFields(_ entry: inout LogEntry) {
        entry.add("request", id)
        entry.add("method", method)
        entry.add("route", path.map(AccessLogEntry.loggable) ?? route)
        entry.add("status", status)
        entry.fields.append(("duration_ms", .milliseconds(duration)))
        entry.add("bytes", bytes)
        entry.add("owner", owner)
        entry.add("dialect", dialect)
        entry.add("account", account)
        if let job {
            entry.add("job", job.id)
            entry.add("vendor", job.vendor)
            entry.add("model", job.model)
            if let cost = job.cost { entry.fields.append(("cost_usd", .decimal(cost))) }
        }
        entry.add("fault", fault)
        entry.add("detail", detail.map(LogEntry.withoutQueries))
        entry.add("peer", peer)
    }
}

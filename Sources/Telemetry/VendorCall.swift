import Wire

/// One call to a vendor, for the log and the metrics. It holds no query, no prompt and no credentials.
package struct VendorCall: Sendable {
    package var vendor: String
    package var account: String
    /// The purpose of the call: `start`, `status`, `content`, ….
    package var operation: String
    /// Of the response; nil if there was none.
    package var status: Int?
    package var duration: Duration
    /// The path or host; logged at level trace only.
    package var target: String
    /// Why it failed.
    package var detail: String?

    package init(
        vendor: String, account: String, operation: String, status: Int?, duration: Duration, target: String, detail: String? = nil
    ) {
        (self.vendor, self.account, self.operation, self.status) = (vendor, account, operation, status)
        (self.duration, self.target, self.detail) = (duration, target, detail)
    }
}

extension Telemetry {
    /// Counts a call to a vendor and logs it at level debug.
    package func record(_ call: VendorCall) {
        jobs.recordCall(vendor: call.vendor, operation: call.operation, status: call.status, duration: call.duration)
        guard isEnabled(.debug) else { return }
        log.write(.debug, "vendor call") { entry in
            entry.add("vendor", call.vendor)
            entry.add("account", call.account)
            entry.add("operation", call.operation)
            entry.add("status", call.status)
            entry.fields.append(("duration_ms", .milliseconds(call.duration)))
            if isEnabled(.trace) { entry.add("target", LogEntry.withoutQueries(call.target)) }
            entry.add("detail", call.detail.map(LogEntry.withoutQueries))
        }
    }

    /// Counts and logs the end of a job.
    package func record(_ job: AccessLogEntry.Job, account: String, owner: String?, outcome: String, after duration: Duration) {
        jobs.recordEnded(vendor: job.vendor, model: job.model, outcome: outcome, after: duration)
        log.write(.info, "job ended") { entry in
            entry.add("job", job.id)
            entry.add("owner", owner)
            entry.add("account", account)
            entry.add("vendor", job.vendor)
            entry.add("model", job.model)
            entry.add("outcome", outcome)
            if let cost = job.cost { entry.fields.append(("cost_usd", .decimal(cost))) }
            entry.fields.append(("duration_ms", .milliseconds(duration)))
        }
    }
}

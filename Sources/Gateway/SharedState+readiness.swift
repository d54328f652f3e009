import Access
import Journal
import Routing
import Synchronization
import Telemetry
import Wire

/// Why no job can be created at the moment. The raw value is public: it reveals no accounts, paths or clients.
package enum UnreadyReason: String, CaseIterable {
    case draining
    case storageFull = "storage_full"
    case storageUnavailable = "storage_unavailable"
}

extension SharedState {
    /// Nil if jobs can be created. Other requests are always answered until the server stops.
    package var unreadyReason: UnreadyReason? {
        if isDraining.load(ordering: .acquiring) { return .draining }
        guard let failure = journal?.failure else { return nil }
        return failure.kind == .full ? .storageFull : .storageUnavailable
    }

    /// The public answer: ready or not, and the kind of reason.
    func readiness() -> Response {
        guard let reason = unreadyReason else { return Response(json: ["status": "ready"]) }
        return Response(status: 503, json: ["status": "not_ready", "reason": .string(reason.rawValue)])
    }

    /// The answer for operators: also accounts, their circuit breakers and jobs, and the error of the disk.
    package func detailedReadiness() -> Response {
        let reason = unreadyReason
        var members: [(name: String, value: JSONValue)] = [("status", reason == nil ? "ready" : "not_ready")]
        if let reason { members.append(("reason", .string(reason.rawValue))) }
        if let failure = journal?.failure { members.append(("detail", .string(failure.description))) }
        members.append(("rehearsal", .bool(config.planner.isSimulated)))
        members.append(("accounts", .object(accountStates())))
        return Response(status: reason == nil ? 200 : 503, json: .object(members))
    }

    private func accountStates() -> [(name: String, value: JSONValue)] {
        let reports = Dictionary(admission.report().map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
        return config.planner.accounts.map { account in
            guard let report = reports[account.name] else { return (account.name, ["state": "passing"]) }
            var state: JSONValue = ["state": .string(report.state)]
            if let slots = report.slots {
                state["jobs"] = .int(Int64(report.jobs))
                state["concurrency"] = .int(Int64(slots))
            }
            if report.waiting > 0 { state["waiting"] = .int(Int64(report.waiting)) }
            return (account.name, state)
        }
    }

    /// All metrics in the Prometheus format.
    package func renderMetrics() -> Response {
        for stats in admission.report() { telemetry.setAccount(stats) }
        var response = Response(status: 200, body: Pieces(telemetry.exposition()))
        response.headers.set(.contentType, "text/plain; version=0.0.4; charset=utf-8")
        return response
    }
}

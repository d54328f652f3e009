import Access
import Journal
import Routing
import Synchronization
import Telemetry
import Wire

/// Why no job can be created at the moment. The word is public: it says nothing of accounts, paths or clients.
package enum UnreadyReason: String, CaseIterable {
    case draining
    case storageFull = "storage_full"
    case storageUnavailable = "storage_unavailable"
}

extension SharedState {
    /// Nil while jobs can be created. Other requests are answered in any case, except by a server that ends.
    package var unreadyReason: UnreadyReason? {
        if isDraining.load(ordering: .acquiring) { return .draining }
        guard let failure = journal?.failure else { return nil }
        return failure.kind == .full ? .storageFull : .storageUnavailable
    }

    /// What anyone may know: ready or not, and what kind of reason there is.
    func readiness() -> Response {
        guard let reason = unreadyReason else { return Response(json: ["status": "ready"]) }
        return Response(status: 503, json: ["status": "not_ready", "reason": .string(reason.rawValue)])
    }

    /// What operators may know besides: accounts, their breakers and jobs, and what the disk said.
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

    /// Everything counted, for Prometheus.
    package func renderMetrics() -> Response {
        for stats in admission.report() { telemetry.setAccount(stats) }
        var response = Response(status: 200, body: Pieces(telemetry.exposition()))
        response.headers.set(.contentType, "text/plain; version=0.0.4; charset=utf-8")
        return response
    }
}

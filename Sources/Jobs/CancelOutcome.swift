import Wire

/// What a vendor's answer to a cancel call proves.
package enum CancelOutcome: Sendable, Equatable {
    /// The job is cancelled.
    case cancelled
    /// The vendor no longer has the job. It may have been completed and charged just before.
    case gone
    /// The vendor accepted the call, but the job may still complete.
    case requested
    /// The job continues.
    case refused

    /// Reads what every vendor's answer says by itself: a state such as `cancelled`, `"deleted": true`, or HTTP 204, in the root object or
    /// in `data`, `output` or `task`. Other 2xx answers prove only that the call arrived (`.requested`); vendors whose documentation says
    /// more have their own `Vendor.cancelOutcome`.
    package init(_ reply: Reply) {
        let json = reply.isSuccess ? reply.json : nil
        let places = [json, json?["data"], json?["output"], json?["task"]].compactMap(\.self)
        let states = places.flatMap { place in ["status", "state", "task_status"].compactMap { place[$0]?.string?.lowercased() } }
        let cancelled = places.flatMap { place in ["cancelled", "canceled"].compactMap { place[$0]?.bool } }
        let deleted = places.compactMap { $0["deleted"]?.bool }
        if !reply.isSuccess || (cancelled + deleted).contains(false) {
            self = .refused
        } else if cancelled.contains(true) || states.contains(where: { ["cancelled", "canceled"].contains($0) }) {
            self = .cancelled
        } else if reply.status == 204 || deleted.contains(true) || states.contains("deleted") {
            self = .gone
        } else {
            self = .requested
        }
    }
}

import Wire

/// What a vendor's answer to a cancel call proves.
package enum CancelOutcome: Sendable, Equatable {
    /// The job will not be made.
    case cancelled
    /// The vendor knows the job no longer. It may have been made and charged just before.
    case gone
    /// The vendor took the call, but the job may still run to its end.
    case requested
    /// The job goes on.
    case refused

    /// What an answer says by itself: a state such as `cancelled`, `"deleted": true`, or a status of 204. Other answers of success only
    /// show that the call has arrived; a vendor's file says what is documented beyond that.
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

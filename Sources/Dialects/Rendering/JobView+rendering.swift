import Jobs
import Wire

extension JobView {
    /// The fault of a failed job; nil for every other state.
    var failure: Fault? { if case .failed(let fault) = progress { fault } else { nil } }

    /// The same as the answer to the request that paid for the job: nothing that would be sent again by itself.
    var paidFailure: Fault? {
        guard var fault = failure else { return nil }
        fault.sent = .maybe
        return fault
    }

    var isDone: Bool { if case .done = progress { true } else { false } }

    /// 100 exactly when done, whatever was counted on the way.
    var shownPercent: Int64 { isDone ? 100 : Int64(min(max(percent, 0), 99)) }

    /// The length as a number, whole where it is whole; nil where the model decides.
    var shownSeconds: JSONValue? { seconds.map(JSONValue.double) }

    /// What was done differently from what was asked: `genlock-adapted: seconds 12->8`.
    var headers: Headers {
        var headers = Headers()
        let adapted = warnings.compactMap(\.adapted)
        if !adapted.isEmpty { headers.set("genlock-adapted", adapted.joined(separator: ", ")) }
        return headers
    }

    /// The warnings as a member of the object; nil where there are none, so that a plain answer has exactly the members of its contract.
    var shownWarnings: JSONValue? {
        guard !warnings.isEmpty else { return nil }
        return .array(warnings.map { .members(["param": .string($0.param), "message": .string($0.message)]) })
    }
}

import Jobs
import Wire

/// One job as its owner may see it: without the vendor's name and URLs, and without its words except those of a failure.
package struct JobView: Sendable {
    /// The sealed id, the same from every route and dialect.
    package var id: String
    package var operation: Operation
    package var progress: Progress
    /// 0...100, never falling, 100 only if the job is done.
    package var percent: Int
    package var created: Timestamp
    package var completed: Timestamp?
    package var expires: Timestamp?
    /// The model as the client named it.
    package var model: String
    /// The model that makes the video, `vendor/name`; equal to `model` unless that is an alias.
    package var resolvedModel: String
    package var prompt: String?
    /// The requested length, or the default; nil if the model decides.
    package var seconds: Double?
    /// `1280x720`; nil if the model decides.
    package var size: String?
    /// The id of the job that this one continues.
    package var previous: String?
    /// `CreateCommand.echo`.
    package var echo: [String: String] = [:]
    package var warnings: [Warning] = []
    package var cost: Money?
    /// Signed URLs of the videos at this server, which need no key; empty until the job is done, or if the server's own URL is unknown.
    package var links: [String] = []
    /// How long the client should wait before the next status request; nil if the job is final.
    package var pollAfter: Duration?

    package init(id: String, operation: Operation, progress: Progress, percent: Int, created: Timestamp, model: String) {
        self.id = id
        self.operation = operation
        self.progress = progress
        self.percent = percent
        self.created = created
        self.model = model
        resolvedModel = model
    }
}

extension JobView {
    /// The fault of a failed job; nil otherwise.
    var failure: Fault? { if case .failed(let fault) = progress { fault } else { nil } }

    /// The fault as the answer to the request that created the job: SDKs must not send that again by themselves.
    var paidFailure: Fault? {
        guard var fault = failure else { return nil }
        fault.sent = .maybe
        return fault
    }

    var isDone: Bool { if case .done = progress { true } else { false } }

    /// 0...100, and 100 only if the job is done.
    var shownPercent: Int64 { isDone ? 100 : Int64(min(max(percent, 0), 99)) }

    /// The warnings as a header field: `genlock-adapted: seconds 12->8`.
    var headers: Headers {
        var headers = Headers()
        guard !warnings.isEmpty else { return headers }
        let adapted = warnings.compactMap(\.adapted)
        if !adapted.isEmpty { headers.set("genlock-adapted", adapted.joined(separator: ", ")) }
        return headers
    }
}

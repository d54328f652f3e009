/// Where a job stands at its vendor.
package enum Progress: Sendable {
    case queued
    /// 0...100 where the vendor reports it.
    case running(percent: Int?)
    case done([Asset])
    case failed(Fault)
    /// A state that the vendor's file does not know. Clients see it as running; it is counted, logged, and ended by the job's deadline.
    case unknown(String)

    /// Whether the job will not change any more.
    package var isFinal: Bool {
        switch self {
        case .done, .failed: true
        case .queued, .running, .unknown: false
        }
    }
}

/// An event in the life of a job that webhooks receive, by the name that OpenAI's API gives it. Its API has no name for a cancelled job;
/// `video.cancelled` follows the same pattern.
package enum JobEvent: String, Sendable, CaseIterable {
    case completed = "video.completed"
    case failed = "video.failed"
    case cancelled = "video.cancelled"
}

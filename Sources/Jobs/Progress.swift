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

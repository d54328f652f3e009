import Telemetry
import Wire

/// Counts requests that have ended, and logs those whose level is logged.
package final class RequestRecorder {
    private let telemetry: Telemetry
    private let monotonic: () -> Instant

    package init(_ telemetry: Telemetry, monotonic: @escaping () -> Instant) {
        self.telemetry = telemetry
        self.monotonic = monotonic
    }

    package func record(_ context: RequestContext) {
        let sample = context.sample(now: monotonic())
        telemetry.record(sample) { context.accessLogEntry(sample) }
    }
}

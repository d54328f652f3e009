import Synchronization
import Wire

/// What is counted of jobs, of calls to vendors and of money. Labels come from short lists: vendors, operations, outcomes, names of keys;
/// model names, of which clients may make up any number, are bounded.
package final class JobMetrics: Sendable {
    /// A series by its family and label values, found without making the labels' text.
    private struct SeriesKey: Hashable {
        let family: String
        let values: [String]
    }

    private let exporter: PrometheusExporter
    private let seriesByKey = Mutex<[SeriesKey: MetricSeries]>([:])
    private let modelLabels = Mutex<Set<String>>([])

    /// Jobs take minutes (the boundaries of the HTTP conventions end at ten seconds).
    private static let durationBuckets: [Double] = [10, 30, 60, 120, 300, 600, 1800, 3600]
    private static let maxModels = 300

    init(_ exporter: PrometheusExporter) {
        self.exporter = exporter
        for (name, help) in JobMetrics.helpTexts { exporter.describe(name, help) }
        _ = queueWait
    }

    package func recordCreated(vendor: String, model: String) {
        count("genlock_jobs_created_total", [("vendor", vendor), ("model", registerModelLabel(for: model))])
    }

    /// - Parameter outcome: `completed`, `failed`, `cancelled`, `expired`, `moderated` or `ambiguous`.
    package func recordEnded(vendor: String, model: String, outcome: String, after duration: Duration) {
        count("genlock_jobs_ended_total", [("vendor", vendor), ("model", registerModelLabel(for: model)), ("outcome", outcome)])
        series("genlock_job_duration_seconds", [("vendor", vendor)], bounds: JobMetrics.durationBuckets).record(
            JobMetrics.seconds(duration))
    }

    /// A call to a vendor has ended.
    /// - Parameter status: of its answer; nil where none came.
    package func recordCall(vendor: String, operation: String, status: Int?, duration: Duration) {
        count(
            "genlock_vendor_calls_total",
            [("vendor", vendor), ("operation", operation), ("status", status.map { String($0) } ?? "none")])
        series(
            "genlock_vendor_call_duration_seconds", [("vendor", vendor), ("operation", operation)],
            bounds: PrometheusExporter.durationBuckets
        )
        .record(JobMetrics.seconds(duration))
    }

    /// A vendor was asked how a job is.
    package func recordPoll(vendor: String) { count("genlock_status_polls_total", [("vendor", vendor)]) }

    /// A create waited for room at its accounts, or found some at once.
    package func recordQueueWait(for duration: Duration) { queueWait.record(JobMetrics.seconds(duration)) }

    /// Whether a vendor has taken the job is unknown.
    package func recordAmbiguousCreate(vendor: String) { count("genlock_ambiguous_creates_total", [("vendor", vendor)]) }

    package func recordReservation(dollars: Double, key: String, vendor: String) {
        count("genlock_cost_reserved_usd_total", [("key", key), ("vendor", vendor)], by: dollars)
    }

    package func recordSettlement(dollars: Double, key: String, vendor: String) {
        count("genlock_cost_settled_usd_total", [("key", key), ("vendor", vendor)], by: dollars)
    }

    // MARK: Series

    private var queueWait: MetricSeries { series("genlock_queue_wait_seconds", [], bounds: PrometheusExporter.durationBuckets) }

    private func count(_ family: String, _ labels: [(String, String)], by amount: Double = 1) {
        guard amount >= 0, amount.isFinite else { return }  // A counter never falls.
        series(family, labels, bounds: []).increment(by: amount)
    }

    private func series(_ family: String, _ labels: [(String, String)], bounds: [Double]) -> MetricSeries {
        let seriesKey = SeriesKey(family: family, values: labels.map(\.1))
        if let found = seriesByKey.withLock({ $0[seriesKey] }) { return found }
        let series =
            bounds.isEmpty
            ? exporter.makeTotal(label: family, dimensions: labels)
            : exporter.makeHistogram(label: family, dimensions: labels, bounds: bounds)
        seriesByKey.withLock { if $0.count < exporter.maxSeries { $0[seriesKey] = series } }
        return series
    }

    private func registerModelLabel(for model: String) -> String {
        modelLabels.withLock { models in
            if models.contains(model) { return model }
            guard models.count < JobMetrics.maxModels else { return "other" }
            models.insert(model)
            return model
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        // The wall clock may have stepped back meanwhile.
        return max(0, Double(seconds) + Double(attoseconds) / 1e18)
    }

    private static let helpTexts: KeyValuePairs = [
        "genlock_jobs_created_total": "Jobs that a vendor has accepted.",
        "genlock_jobs_ended_total": "Jobs that have ended, by outcome.",
        "genlock_job_duration_seconds": "From the acceptance of a job to its end, as far as it was noticed.",
        "genlock_vendor_calls_total": "Calls to vendors, by operation and status of the answer; none where no answer came.",
        "genlock_vendor_call_duration_seconds": "From a call to a vendor to the end of its answer; of a clip, to its first byte.",
        "genlock_status_polls_total": "Calls that asked a vendor how a job is.",
        "genlock_queue_wait_seconds": "How long creates waited for room at an account with a concurrency or rate.",
        "genlock_ambiguous_creates_total": "Creates of which nobody knows whether the vendor has accepted them.",
        "genlock_cost_reserved_usd_total": "Dollars reserved for accepted jobs, as expected.",
        "genlock_cost_settled_usd_total": "Dollars that ended jobs came to.",
    ]
}

import Synchronization
import Wire

/// Metrics of jobs, vendor calls and money. Labels come from short lists (vendors, operations, outcomes, names of keys). Model names,
/// which clients may invent, are limited in number.
package final class JobMetrics: Sendable {
    /// Identifies a series by its family and label values, so that finding it needs no label text.
    private struct SeriesKey: Hashable {
        let family: String
        let values: [String]
    }

    private let exporter: PrometheusExporter
    private let seriesByKey = Mutex<[SeriesKey: MetricSeries]>([:])
    private let modelLabels = Mutex<Set<String>>([])

    /// Seconds. Jobs take minutes, and the buckets that the HTTP conventions recommend end at ten seconds.
    private static let durationBuckets: [Double] = [10, 30, 60, 120, 300, 600, 1800, 3600]
    private static let maxModels = 300

    init(_ exporter: PrometheusExporter) {
        self.exporter = exporter
        for (name, help) in JobMetrics.helpTexts { exporter.describe(name, help) }
        _ = queueWait
    }

    /// Counts a job that a vendor has accepted, and the cost that is reserved for it.
    /// - Parameters:
    ///   - dollars: nil if the cost is unknown.
    ///   - key: the name of the owner's API key.
    package func recordAccepted(vendor: String, model: String, dollars: Double?, key: String) {
        count("genlock_jobs_created_total", [("vendor", vendor), ("model", registerModelLabel(for: model))])
        if let dollars { count("genlock_cost_reserved_usd_total", [("key", key), ("vendor", vendor)], by: dollars) }
    }

    /// - Parameter outcome: `completed`, `failed`, `cancelled`, `expired`, `moderated` or `ambiguous`.
    package func recordEnded(vendor: String, model: String, outcome: String, after duration: Duration) {
        count("genlock_jobs_ended_total", [("vendor", vendor), ("model", registerModelLabel(for: model)), ("outcome", outcome)])
        series("genlock_job_duration_seconds", [("vendor", vendor)], bounds: JobMetrics.durationBuckets).record(
            JobMetrics.seconds(duration))
    }

    /// Counts a finished call to a vendor.
    /// - Parameter status: of the response; nil if there was none.
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

    /// Counts a status call to a vendor.
    package func recordPoll(vendor: String) { count("genlock_status_polls_total", [("vendor", vendor)]) }

    /// Records how long a create waited for a free slot at its accounts; zero if it did not wait.
    package func recordQueueWait(for duration: Duration) { queueWait.record(JobMetrics.seconds(duration)) }

    /// Counts a create of which it is unknown whether the vendor accepted it.
    package func recordAmbiguousCreate(vendor: String) { count("genlock_ambiguous_creates_total", [("vendor", vendor)]) }

    /// Counts an attempt to deliver an event to a webhook.
    /// - Parameter outcome: `delivered`, `retry` or `dead`.
    package func recordDelivery(outcome: String) { count("genlock_webhook_deliveries_total", [("outcome", outcome)]) }

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
        "genlock_job_duration_seconds": "Time from the acceptance of a job to the observation of its end.",
        "genlock_vendor_calls_total": "Calls to vendors, by operation and response status; none if there was no response.",
        "genlock_vendor_call_duration_seconds":
            "Duration of calls to vendors, to the end of the response; of a download, to its first byte.",
        "genlock_status_polls_total": "Status calls to vendors.",
        "genlock_queue_wait_seconds": "Time that creates waited for an account with a concurrency or rate limit.",
        "genlock_ambiguous_creates_total": "Creates of which it is unknown whether the vendor accepted them.",
        "genlock_webhook_deliveries_total": "Attempts to deliver events to webhooks, by outcome.",
        "genlock_cost_reserved_usd_total": "Dollars reserved for accepted jobs: the expected cost.",
        "genlock_cost_settled_usd_total": "Dollars charged for ended jobs.",
    ]
}

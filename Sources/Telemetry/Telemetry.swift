import Logging
import Metrics
import Synchronization
import Wire

/// The log and the metrics of the program. A record costs an event loop a few microseconds and never blocks it.
package final class Telemetry: Sendable {
    /// By increasing severity, with swift-log's names.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        package static func < (left: Level, right: Level) -> Bool { left.severity < right.severity }
        private var severity: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    let log: Log
    let exporter: PrometheusExporter
    let observedMetrics = Mutex<[ObservedMetric]>([])
    private let metricSet: MetricSet
    /// Metrics of jobs, vendor calls and money.
    package let jobs: JobMetrics

    /// - Parameter version: the program's, for `genlock_build_info`.
    package init(log: Log = .silent, version: String = "", limits: Limits = Limits()) {
        self.log = log
        exporter = PrometheusExporter(maxSeries: limits.maxMetricSeries)
        metricSet = MetricSet(exporter, version: version)
        jobs = JobMetrics(exporter)
    }

    /// Counts a request and logs it.
    /// - Parameter isLogged: false if a rate limit suppresses the line; the request is still counted.
    package func record(_ entry: AccessLogEntry, isLogged: Bool = true) {
        metricSet.count(entry.sample)
        guard isLogged else { return }
        log.write(entry.level, "request", fill: entry.addFields)
    }

    /// Counts a request, and logs it if its level is logged.
    /// - Parameter makeEntry: called only then.
    package func record(_ sample: RequestSample, makeEntry: () -> AccessLogEntry) {
        metricSet.count(sample)
        let level = AccessLogEntry.level(route: sample.route, status: sample.status)
        guard log.isEnabled(level) else { return }
        log.write(level, "request", fill: makeEntry().addFields)
    }

    /// Counts and logs a job state that the vendor's adapter does not know, so that it can be added.
    package func recordUnknownState(_ word: String, vendor: String) {
        metricSet.unknownStates(vendor: vendor).increment(by: 1)
        log.write(.warning, "unknown job state") { entry in
            entry.add("vendor", vendor)
            entry.add("state", word)
        }
    }

    /// Counts and logs a try of an alias that was skipped or failed.
    /// - Parameter reason: a metric label, from a fixed set.
    package func recordSkippedTry(alias: String, account: String, model: String, reason: String, detail: String, isLogged: Bool) {
        metricSet.skippedTries(reason: reason).increment(by: 1)
        guard isLogged else { return }
        log.write(.warning, "try skipped") { entry in
            entry.add("alias", alias)
            entry.add("account", account)
            entry.add("model", model)
            entry.add("reason", reason)
            entry.add("detail", LogEntry.withoutQueries(detail))
        }
    }

    /// Counts and logs a failed journal operation, or an unfinished submission found at the start.
    package func recordJournalFailure(_ reason: String) {
        metricSet.journalFailures.increment(by: 1)
        log.write(.error, "journal failure") { $0.add("detail", LogEntry.withoutQueries(reason)) }
    }

    /// Counts and logs a video download that ended before its last byte.
    package func recordInterruptedDownload(_ reason: String) {
        metricSet.interruptedDownloads.increment(by: 1)
        log.write(.warning, "download interrupted") { $0.add("detail", LogEntry.withoutQueries(reason)) }
    }

    /// Updates the metrics of an account.
    package func setAccount(_ stats: AccountStats) { metricSet.setAccount(stats) }

    /// Logs an event of the program: started, stopping, a circuit breaker tripped.
    package func log(_ level: Level, _ message: String, fields: KeyValuePairs<String, String> = [:]) {
        log.write(level, message) { entry in
            for (name, value) in fields { entry.add(name, LogEntry.withoutQueries(value)) }
        }
    }

    /// Whether lines of that level are written; ask before preparing an expensive one.
    package func isEnabled(_ level: Level) -> Bool { log.isEnabled(level) }

    /// Makes counters and gauges for other modules.
    package var metrics: any MetricsFactory { exporter }

    /// A swift-log logger that writes to the same log, for packages that need one.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { SwiftLogHandler(label: $0, log: self.log, logLevel: .trace) }
    }

    /// All metrics in Prometheus' text format 0.0.4.
    package func exposition() -> String {
        collect()
        metricSet.refresh(droppedLines: log.writer?.dropped ?? 0)
        return exporter.text()
    }

    /// Writes the queued log lines. For the end of the process.
    package func flush(within timeout: Duration = .seconds(1)) { log.writer?.flush(within: timeout) }
}

import Logging
import Metrics
import Synchronization
import Wire

/// Log and metrics of the program. Costs an event loop a few microseconds a request and never makes it wait.
package final class Telemetry: Sendable {
    /// In the order of weight, with swift-log's words.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        package static func < (left: Level, right: Level) -> Bool { left.severity < right.severity }
        private var severity: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    let log: Log
    let exporter: PrometheusExporter
    let observedMetrics = Mutex<[ObservedMetric]>([])
    private let metricSet: MetricSet
    /// Counts jobs, calls and money.
    package let jobs: JobMetrics

    /// - Parameter version: of the program, for `genlock_build_info`.
    package init(log: Log = .silent, version: String = "", limits: Limits = Limits()) {
        self.log = log
        exporter = PrometheusExporter(mostSeries: limits.maxMetricSeries)
        metricSet = MetricSet(exporter, version: version)
        jobs = JobMetrics(exporter)
    }

    /// One line, and its counts.
    /// - Parameter isLogged: false where there were too many like it.
    package func record(_ entry: AccessLogEntry, isLogged: Bool = true) {
        metricSet.count(entry)
        guard isLogged else { return }
        log.write(entry.level, "request", entry.addFields)
    }

    /// A vendor used a word for a state that its file does not know: someone should teach it.
    package func recordUnknownState(_ word: String, vendor: String) {
        metricSet.unknownStates(vendor: vendor).increment(by: 1)
        log.write(.warning, "unknown state") { entry in
            entry.add("vendor", vendor)
            entry.add("word", word)
        }
    }

    /// A try of a plan was not asked, or failed, and the next one may be asked.
    /// - Parameter reason: one of a fixed set of words.
    package func recordSkippedTry(name: String, account: String, model: String, reason: String, detail: String, isLogged: Bool) {
        metricSet.skippedTries(reason: reason).increment(by: 1)
        guard isLogged else { return }
        log.write(.warning, "try skipped") { entry in
            entry.add("name", name)
            entry.add("account", account)
            entry.add("model", model)
            entry.add("reason", reason)
            entry.add("detail", LogEntry.withoutQueries(detail))
        }
    }

    /// What could not be kept, or was found unfinished at the start.
    package func recordJournalFailure(_ reason: String) {
        metricSet.journalFailures.increment(by: 1)
        log.write(.error, "journal failed") { $0.add("detail", LogEntry.withoutQueries(reason)) }
    }

    /// A clip broke off on its way to a client.
    package func recordInterruptedDownload(_ reason: String) {
        metricSet.interruptedDownloads.increment(by: 1)
        log.write(.warning, "broken transfer") { $0.add("detail", LogEntry.withoutQueries(reason)) }
    }

    /// Where an account stands now.
    package func setAccount(_ stats: AccountStats) { metricSet.setAccount(stats) }

    /// A line of the program's own life: started, stopping, a vendor's breaker tripped.
    package func log(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log.write(level, message) { entry in
            for (name, value) in fields { entry.add(name, LogEntry.withoutQueries(value)) }
        }
    }

    /// Whether lines of that level are written, for those that cost something to make.
    package func isEnabled(_ level: Level) -> Bool { log.isEnabled(level) }

    /// Where the program's other parts make counters and gauges of their own.
    package var metrics: any MetricsFactory { exporter }

    /// A logger in the same log, for packages that want one of swift-log's.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { SwiftLogHandler(label: $0, log: self.log, logLevel: .trace) }
    }

    /// Everything counted, in Prometheus' text format 0.0.4.
    package func exposition() -> String {
        collect()
        metricSet.refresh(droppedLines: log.writer?.dropped ?? 0)
        return exporter.text()
    }

    /// Writes what the log still holds. For the end of the process.
    package func flush(within timeout: Duration = .seconds(1)) { log.writer?.flush(within: timeout) }
}

import Logging
import Metrics
import Synchronization
import Wire

/// Log and metrics of the program. Costs an event loop a few microseconds a request and never makes it wait.
package final class Telemetry: Sendable {
    /// In the order of weight, with swift-log's words.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        package static func < (left: Level, right: Level) -> Bool { left.weight < right.weight }
        private var weight: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    let log: Log
    let exporter: PrometheusExporter
    let watched = Mutex<[WatchedFigure]>([])
    private let meters: Meters
    /// Counts jobs, calls and money.
    package let jobs: JobMetrics

    /// - Parameter version: of the program, for `genlock_build_info`.
    package init(log: Log = .silent, version: String = "", limits: Limits = Limits()) {
        self.log = log
        exporter = PrometheusExporter(mostSeries: limits.metricSeries)
        meters = Meters(exporter, version: version)
        jobs = JobMetrics(exporter)
    }

    /// One line, and its counts.
    /// - Parameter isLogged: false where there were too many like it.
    package func ended(_ line: RequestLine, isLogged: Bool = true) {
        meters.count(line)
        guard isLogged else { return }
        log.say(line.level, "request", line.fill)
    }

    /// A vendor used a word for a state that its file does not know: someone should teach it.
    package func unknownState(_ word: String, vendor: String) {
        meters.unknownStates(vendor: vendor).increment(by: 1)
        log.say(.warning, "unknown state") { entry in
            entry.add("vendor", vendor)
            entry.add("word", word)
        }
    }

    /// A try of a plan was not asked, or failed, and the next one may be asked.
    /// - Parameter reason: one of a fixed set of words.
    package func trySkipped(name: String, account: String, model: String, reason: String, detail: String, isLogged: Bool) {
        meters.skippedTries(reason: reason).increment(by: 1)
        guard isLogged else { return }
        log.say(.warning, "try skipped") { entry in
            entry.add("name", name)
            entry.add("account", account)
            entry.add("model", model)
            entry.add("reason", reason)
            entry.add("detail", LogEntry.withoutQueries(detail))
        }
    }

    /// What could not be kept, or was found unfinished at the start.
    package func storageFailed(_ reason: String) {
        meters.storageFailures.increment(by: 1)
        log.say(.error, "journal failed") { $0.add("detail", LogEntry.withoutQueries(reason)) }
    }

    /// A clip broke off on its way to a client.
    package func brokenTransfer(_ reason: String) {
        meters.brokenTransfers.increment(by: 1)
        log.say(.warning, "broken transfer") { $0.add("detail", LogEntry.withoutQueries(reason)) }
    }

    /// Where an account stands now.
    package func account(_ figures: AccountFigures) { meters.account(figures) }

    /// A line of the program's own life: started, stopping, a vendor's breaker tripped.
    package func say(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log.say(level, message) { entry in
            for (name, value) in fields { entry.add(name, LogEntry.withoutQueries(value)) }
        }
    }

    /// Whether lines of that level are written, for those that cost something to make.
    package func isOn(_ level: Level) -> Bool { log.isOn(level) }

    /// Where the program's other parts make counters and gauges of their own.
    package var metrics: any MetricsFactory { exporter }

    /// A logger in the same log, for packages that want one of swift-log's.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { LineHandler(label: $0, log: self.log, logLevel: .trace) }
    }

    /// Everything counted, in Prometheus' text format 0.0.4.
    package func exposition() -> String {
        look()
        meters.refresh(droppedLines: log.writer?.dropped ?? 0)
        return exporter.text()
    }

    /// Writes what the log still holds. For the end of the process.
    package func flush(within timeout: Duration = .seconds(1)) { log.writer?.flush(within: timeout) }
}

import Glibc
import Metrics
import Synchronization

/// The metrics that the program itself keeps. Labels come from short lists: route patterns, dialects, accounts, fault kinds.
final class MetricSet: Sendable {
    /// The labels by which requests are counted.
    private struct RequestLabels: Hashable {
        let method: String
        let route: String
        let dialect: String
        let status: Int

        /// Cheap, because every request needs it: few of the known labels have all of these in common.
        func hash(into hasher: inout Hasher) {
            hasher.combine(status << 24 ^ route.utf8.count << 16 ^ dialect.utf8.count << 8 ^ method.utf8.count)
        }
    }

    /// The two series that every request updates.
    private struct RequestSeries {
        let count: any CounterHandler
        let duration: any TimerHandler
    }

    /// A cache: making the label text and looking it up would cost half of a small request's instructions.
    private let seriesByLabels = Mutex<[RequestLabels: RequestSeries]>([:])
    private let exporter: PrometheusExporter
    let interruptedDownloads: any CounterHandler
    let journalFailures: any CounterHandler
    private let droppedLines: MetricSeries
    private let residentMemory: any MeterHandler
    private let openDescriptors: any MeterHandler
    private let processorTime: MetricSeries

    init(_ exporter: PrometheusExporter, version: String) {
        self.exporter = exporter
        for (name, help) in MetricSet.helpTexts { exporter.describe(name, help) }
        interruptedDownloads = exporter.makeCounter(label: "genlock_interrupted_downloads_total", dimensions: [])
        journalFailures = exporter.makeCounter(label: "genlock_journal_failures_total", dimensions: [])
        droppedLines = exporter.makeTotal(label: "genlock_log_lines_dropped_total")
        residentMemory = exporter.makeMeter(label: "process_resident_memory_bytes", dimensions: [])
        openDescriptors = exporter.makeMeter(label: "process_open_fds", dimensions: [])
        processorTime = exporter.makeTotal(label: "process_cpu_seconds_total")
        exporter.makeMeter(label: "genlock_build_info", dimensions: [("version", version)]).set(Int64(1))
    }

    func count(_ sample: RequestSample) {
        let dialect = sample.dialect ?? "none"
        let pair = series(
            for: RequestLabels(method: MetricSet.methodLabel(sample.method), route: sample.route, dialect: dialect, status: sample.status))
        pair.count.increment(by: 1)
        let (seconds, attoseconds) = sample.duration.components
        pair.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        if let bytes = sample.bytes {
            exporter.makeCounter(label: "genlock_response_bytes_total", dimensions: [("dialect", dialect)]).increment(by: Int64(bytes))
        }
        guard let fault = sample.fault else { return }
        exporter.makeCounter(label: "genlock_faults_total", dimensions: [("kind", fault), ("account", sample.account ?? "none")]).increment(
            by: 1)
    }

    private func series(for requestLabels: RequestLabels) -> RequestSeries {
        seriesByLabels.withLock { pairs in
            if let known = pairs[requestLabels] { return known }
            let labels = [
                ("method", requestLabels.method), ("route", requestLabels.route), ("dialect", requestLabels.dialect),
                ("status", String(requestLabels.status)),
            ]
            let pair = RequestSeries(
                count: exporter.makeCounter(label: "genlock_requests_total", dimensions: labels),
                duration: exporter.makeTimer(label: "genlock_request_duration_seconds", dimensions: [labels[1], labels[2]]))
            // Beyond this number the exporter uses one series for all.
            if pairs.count < exporter.maxSeries { pairs[requestLabels] = pair }
            return pair
        }
    }

    func unknownStates(vendor: String) -> any CounterHandler {
        exporter.makeCounter(label: "genlock_unknown_job_states_total", dimensions: [("vendor", vendor)])
    }

    func skippedTries(reason: String) -> any CounterHandler {
        exporter.makeCounter(label: "genlock_tries_skipped_total", dimensions: [("reason", reason)])
    }

    func setAccount(_ stats: AccountStats) {
        func gauge(_ name: String, _ more: (String, String)?...) -> any MeterHandler {
            exporter.makeMeter(label: name, dimensions: [("account", stats.account)] + more.compactMap(\.self))
        }
        for state in ["passing", "tripped", "probing"] {
            gauge("genlock_account_state", ("state", state)).set(Int64(state == stats.state ? 1 : 0))
        }
        exporter.makeTotal(label: "genlock_account_trips_total", dimensions: [("account", stats.account)]).set(Int64(stats.trips))
        guard let slots = stats.slots else { return }
        gauge("genlock_account_jobs").set(Int64(stats.jobs))
        gauge("genlock_account_concurrency").set(Int64(slots))
        gauge("genlock_account_waiting").set(Int64(stats.waiting))
    }

    /// Updates the metrics that are read rather than counted.
    func refresh(droppedLines count: Int) {
        droppedLines.set(Int64(count))
        residentMemory.set(Int64(ProcessMetrics.residentBytes))
        openDescriptors.set(Int64(ProcessMetrics.openDescriptors))
        processorTime.set(ProcessMetrics.processorSeconds)
    }

    /// A method may be any token: unusual ones share one label.
    private static func methodLabel(_ text: String) -> String {
        switch text {
        case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS": text
        default: "other"
        }
    }

    private static let helpTexts: KeyValuePairs = [
        "genlock_requests_total": "Requests answered, by route pattern.",
        "genlock_request_duration_seconds": "Time from the head of a request to the end of its response.",
        "genlock_response_bytes_total": "Bytes of response bodies.",
        "genlock_faults_total": "Errors returned to clients, by kind.",
        "genlock_unknown_job_states_total": "Job states in vendor responses that Genlock does not know.",
        "genlock_tries_skipped_total": "Tries of aliases that were skipped or failed, by reason.",
        "genlock_account_state": "1 for the current state of the account's circuit breaker, else 0.",
        "genlock_account_trips_total": "How often the account's circuit breaker has tripped.",
        "genlock_account_jobs": "Running jobs of an account with a concurrency limit.",
        "genlock_account_concurrency": "The concurrency limit of an account.",
        "genlock_account_waiting": "Creates that wait for a free slot of an account.",
        "genlock_interrupted_downloads_total": "Video downloads that ended before their last byte.",
        "genlock_journal_failures_total": "Failed journal operations, and unfinished submissions found at the start.",
        "genlock_log_lines_dropped_total": "Log lines dropped because the log was not read fast enough.",
        "genlock_build_info": "The running version.",
        "process_resident_memory_bytes": "Resident memory.",
        "process_open_fds": "Open file descriptors.",
        "process_cpu_seconds_total": "Processor time used, user and system.",
    ]
}

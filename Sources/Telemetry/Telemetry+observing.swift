import Synchronization

/// A value that another module keeps, and the series that exposes it.
struct ObservedMetric: Sendable {
    let series: MetricSeries
    let read: @Sendable () -> Int
}

extension Telemetry {
    package enum MetricKind: Sendable {
        case gauge
        /// Never decreases.
        case counter
    }

    /// Exposes a value that another module keeps. `read` is called for each exposition.
    package func observe(_ name: String, _ kind: MetricKind, help: String, read: @escaping @Sendable () -> Int) {
        exporter.describe(name, help)
        let series = kind == .counter ? exporter.makeTotal(label: name) : exporter.makeGauge(label: name)
        observedMetrics.withLock { $0.append(ObservedMetric(series: series, read: read)) }
    }

    /// Reads every observed value.
    func collect() {
        for metric in observedMetrics.withLock({ $0 }) { metric.series.set(Int64(metric.read())) }
    }
}

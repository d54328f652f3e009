import Synchronization

/// A figure that another room keeps, and the series in which it is told.
struct ObservedMetric: Sendable {
    let series: MetricSeries
    let read: @Sendable () -> Int
}

extension Telemetry {
    package enum MetricKind: Sendable {
        case gauge
        /// It only grows.
        case counter
    }

    /// Tells a figure that somebody else keeps: it is read each time when metrics are.
    package func observe(_ name: String, _ kind: MetricKind, help: String, read: @escaping @Sendable () -> Int) {
        exporter.describe(name, help)
        let series = kind == .counter ? exporter.makeTotal(label: name) : exporter.makeGauge(label: name)
        observedMetrics.withLock { $0.append(ObservedMetric(series: series, read: read)) }
    }

    func collect() {
        for metric in observedMetrics.withLock({ $0 }) { metric.series.set(Int64(metric.read())) }
    }
}

import Synchronization

/// A figure that another room keeps, and the series in which it is told.
struct WatchedFigure: Sendable {
    let series: Series
    let read: @Sendable () -> Int
}

extension Telemetry {
    package enum FigureKind: Sendable {
        case gauge
        /// It only grows.
        case total
    }

    /// Tells a figure that somebody else keeps: it is read each time when metrics are.
    package func watch(_ name: String, _ kind: FigureKind, _ help: String, _ read: @escaping @Sendable () -> Int) {
        exporter.describe(name, help)
        let series = kind == .total ? exporter.makeTotal(label: name) : exporter.makeGauge(label: name)
        watched.withLock { $0.append(WatchedFigure(series: series, read: read)) }
    }

    func look() {
        for figure in watched.withLock({ $0 }) { figure.series.set(Int64(figure.read())) }
    }
}

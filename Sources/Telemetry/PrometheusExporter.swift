import Metrics
import Synchronization
import Wire

/// Keeps metrics in memory and exposes them in Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
final class PrometheusExporter: MetricsFactory {
    enum Kind: String { case counter, gauge, histogram }

    struct Family {
        var kind: Kind?
        var help = ""
        /// By their label text: `method="GET",status="200"`.
        var series: [String: MetricSeries] = [:]
    }

    /// How many label sets one metric may have; further ones are counted together.
    let maxSeries: Int
    /// Seconds: from a cached response to a slow vendor.
    static let durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
    /// For values of unknown magnitude.
    static let defaultBuckets = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    private let families = Mutex<[String: Family]>([:])

    init(maxSeries: Int = Limits().maxMetricSeries) { self.maxSeries = maxSeries }

    func describe(_ label: String, _ help: String) {
        families.withLock { $0[PrometheusText.name(label), default: Family()].help = help }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(.counter, label, dimensions: dimensions)
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(.counter, label, dimensions: dimensions)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { series(.gauge, label, dimensions: dimensions) }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? series(.histogram, label, dimensions: dimensions, bounds: PrometheusExporter.defaultBuckets)
            : series(.gauge, label, dimensions: dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.histogram, label, dimensions: dimensions, bounds: PrometheusExporter.durationBuckets)
    }

    func makeHistogram(label: String, dimensions: [(String, String)], bounds: [Double]) -> MetricSeries {
        series(.histogram, label, dimensions: dimensions, bounds: bounds)
    }

    // A counter that is destroyed must not take its count with it.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    func makeGauge(label: String) -> MetricSeries { series(.gauge, label, dimensions: []) }

    /// A total that is set from outside: exposed as a counter.
    func makeTotal(label: String, dimensions: [(String, String)] = []) -> MetricSeries { series(.counter, label, dimensions: dimensions) }

    private func series(_ kind: Kind, _ label: String, dimensions: [(String, String)], bounds: [Double] = []) -> MetricSeries {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            if let found = families[name]?.series[labels], families[name]?.kind == kind { return found }
            var family = families[name] ?? Family()
            // The name already has another kind: the caller gets a series that is not exposed.
            guard family.kind == nil || family.kind == kind else { return MetricSeries(bounds: bounds) }
            family.kind = kind
            let isFull = family.series.count >= maxSeries
            let key = isFull ? PrometheusText.labels(dimensions.map { ($0.0, "other") }) : labels
            let series = family.series[key] ?? MetricSeries(bounds: bounds)
            family.series[key] = series
            families[name] = family
            return series
        }
    }

    /// The exposition: families sorted by name, series by labels.
    func text() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            guard let kind = family.kind else { continue }
            if !family.help.isEmpty { text += "# HELP \(name) \(PrometheusText.help(family.help))\n" }
            text += "# TYPE \(name) \(kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                text += PrometheusText.lines(name, labels, series: series)
            }
        }
        return text
    }
}

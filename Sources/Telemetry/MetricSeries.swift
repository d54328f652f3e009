import Metrics
import Synchronization
import Wire

/// The values of one metric with one set of labels: one line of the exposition, or one group of lines for a histogram.
final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    struct Value {
        /// The value of a counter or gauge, the sum of a histogram.
        var number = 0.0
        var count = 0
        /// How many values fell into each bucket, not cumulative; the last is above all bounds.
        var buckets: [Int]
    }

    /// Upper bounds, ascending; empty for counters and gauges.
    let bounds: [Double]
    private let value: Mutex<Value>

    init(bounds: [Double]) {
        self.bounds = bounds
        value = Mutex(Value(buckets: bounds.isEmpty ? [] : Array(repeating: 0, count: bounds.count + 1)))
    }

    var current: Value { value.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { value.withLock { $0.number += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func set(_ number: Int64) { set(Double(number)) }
    func set(_ number: Double) { value.withLock { $0.number = number } }
    func reset() { value.withLock { $0.number = 0 } }

    func record(_ number: Int64) { record(Double(number)) }

    func record(_ number: Double) {
        guard !bounds.isEmpty else { return set(number) }
        let place = bounds.firstIndex { number <= $0 } ?? bounds.count
        value.withLock { value in
            value.buckets[place] += 1
            value.count += 1
            value.number += number
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}

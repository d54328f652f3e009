import Jobs
import Wire

extension Model.Durations {
    /// Whether the length may be left to the model.
    var isAutomatic: Bool {
        switch self {
        case .any: true
        case .list(_, let automatic), .range(_, _, let automatic): automatic
        case .fixed: false
        case .source, .automatic: true
        }
    }

    /// Whether a length can be requested in seconds.
    var isSelectable: Bool {
        switch self {
        case .source, .automatic: false
        case .any, .list, .range, .fixed: true
        }
    }

    func allows(_ seconds: Double) -> Bool {
        switch self {
        case .any: seconds > 0
        case .list(let values, _): values.contains(seconds)
        case .range(let range, let step, _): range.contains(seconds) && Model.Durations.isMultiple(seconds - range.lowerBound, of: step)
        case .fixed(let value): value == seconds
        case .source, .automatic: false
        }
    }

    /// The nearest allowed length; of two equally near, the longer.
    func nearest(to seconds: Double) -> Double {
        switch self {
        case .any, .source, .automatic: return seconds
        case .fixed(let value): return value
        case .list(let values, _): return Model.Durations.nearest(to: seconds, in: values)
        case .range(let range, let step, _):
            guard step > 0 else { return min(max(seconds, range.lowerBound), range.upperBound) }
            let maxSteps = ((range.upperBound - range.lowerBound) / step + 1e-9).rounded(.down)
            let steps = ((seconds - range.lowerBound) / step).rounded(.toNearestOrAwayFromZero)
            return range.lowerBound + step * min(max(steps, 0), maxSteps)
        }
    }

    /// The nearest of `values`; of two equally near, the larger.
    static func nearest(to seconds: Double, in values: [Double]) -> Double {
        values.min { (abs($0 - seconds), -$0) < (abs($1 - seconds), -$1) } ?? seconds
    }

    /// The allowed lengths, for messages: `'4', '8', and '12'`, or `whole numbers from 3 to 15`.
    var accepted: String {
        switch self {
        case .any: return "any positive number"
        case .source, .automatic: return Violation.list(["auto"])
        case .fixed(let value): return Violation.list([Number.text(value) ?? ""])
        case .list(let values, let automatic):
            return Violation.list(values.compactMap(Number.text) + (automatic ? ["auto"] : []))
        case .range(let range, let step, let automatic):
            let kind = step == 1 ? "whole numbers" : step > 0 ? "numbers in steps of \(Number.text(step) ?? "")" : "numbers"
            let bounds = "\(kind) from \(Number.text(range.lowerBound) ?? "") to \(Number.text(range.upperBound) ?? "")"
            return bounds + (automatic ? ", and 'auto'" : "")
        }
    }

    /// The lengths that either of the two allows.
    func union(_ other: Model.Durations) -> Model.Durations {
        if self == other || other == .source { return self }
        if self == .source { return other }
        guard let mine = values, let others = other.values else { return .any }
        return .list(Set(mine + others).sorted(), automatic: isAutomatic || other.isAutomatic)
    }

    /// Every allowed length; nil if there are too many to list.
    private var values: [Double]? {
        switch self {
        case .any: return nil
        case .source, .automatic: return []
        case .fixed(let value): return [value]
        case .list(let values, _): return values
        case .range(let range, let step, _):
            guard step > 0, (range.upperBound - range.lowerBound) / step <= 240 else { return nil }
            return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
        }
    }

    private static func isMultiple(_ value: Double, of step: Double) -> Bool {
        guard step > 0 else { return true }
        let steps = value / step
        return abs(steps - steps.rounded()) < 1e-6
    }
}

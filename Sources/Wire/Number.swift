/// Formats numbers as APIs do.
package enum Number {
    /// `8` for 8.0, `7.5` for 7.5; nil for infinities and NaN.
    package static func text(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }
}

/// Checked conversions of numbers from outside. None traps: a value that the target type cannot hold becomes nil or the nearest it can.
extension Number {
    /// The nearest whole number; nil for NaN, infinities and values outside `Int64`.
    package static func rounded(_ value: Double) -> Int64? { Int64(exactly: value.rounded()) }

    /// The whole number towards zero; nil for NaN, infinities and values outside `Int`.
    package static func truncated(_ value: Double) -> Int? { Int(exactly: value.rounded(.towardZero)) }

    /// The nearest whole number of an `Int64`: infinities and larger values saturate, NaN is 0.
    package static func saturated(_ value: Double) -> Int64 {
        if let whole = rounded(value) { return whole }
        return value.isNaN ? 0 : value < 0 ? .min : .max
    }

    /// A share as a percentage of 0...100; nil for NaN. Values outside of the range are clamped.
    /// - Parameter whole: the value of 100 %: APIs report progress as 0...1 or 0...100.
    package static func percent(_ part: Double, of whole: Double = 100) -> Int? {
        let percent = part * 100 / whole
        return percent.isNaN ? nil : truncated(min(max(percent, 0), 100))
    }

    /// A duration; nil for NaN, negative values and more than `maxSeconds`.
    package static func duration(seconds: Double) -> Duration? {
        guard seconds >= 0, seconds <= maxSeconds, let nanoseconds = rounded(seconds * 1_000_000_000) else { return nil }
        return .nanoseconds(nanoseconds)
    }

    /// A hundred years, so that sums and multiples of values from an API cannot overflow.
    package static let maxSeconds: Double = 100 * 365.25 * 86_400
}

extension FixedWidthInteger {
    /// The sum, saturated at the limits of the type.
    package func addingSaturated(_ other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .min : .max) : sum
    }
}

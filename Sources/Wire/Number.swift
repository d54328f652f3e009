/// Formats numbers as APIs do.
package enum Number {
    /// `8` for 8.0, `7.5` for 7.5; nil for infinities and NaN.
    package static func text(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }
}

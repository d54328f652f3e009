import Wire

/// An amount of money in US dollars, exact to a millionth (`micros`). Arithmetic saturates at about 9.2 trillion dollars instead of
/// trapping, because amounts come from vendors and from configuration.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Millionths of a dollar.
    package var micros: Int64

    package init(micros: Int64) { self.micros = micros }
    /// Rounds toward zero; NaN is zero.
    package init(dollars: Double) { micros = Number.saturated(dollars * 1_000_000) }

    package static let zero = Money(micros: 0)

    package static func + (left: Money, right: Money) -> Money {
        let (sum, isBeyond) = left.micros.addingReportingOverflow(right.micros)
        return Money(micros: isBeyond ? (right.micros < 0 ? .min : .max) : sum)
    }

    package static func - (left: Money, right: Money) -> Money {
        let (rest, isBeyond) = left.micros.subtractingReportingOverflow(right.micros)
        return Money(micros: isBeyond ? (right.micros < 0 ? .max : .min) : rest)
    }

    package static func * (amount: Money, factor: Double) -> Money {
        Money(micros: Number.saturated(Double(amount.micros) * factor))
    }

    package static func < (left: Money, right: Money) -> Bool { left.micros < right.micros }

    package var dollars: Double { Double(micros) / 1_000_000 }
    /// `0.84` or `0.0075`: at least two decimals, no trailing zeros after them.
    package var description: String {
        let sign = micros < 0 ? "-" : ""
        let whole = micros.magnitude / 1_000_000
        var fraction = String(micros.magnitude % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2 && fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}

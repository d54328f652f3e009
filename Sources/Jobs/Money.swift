import Wire

/// An amount of money in US dollars, exact to a millionth. Its arithmetic saturates at nine million million dollars: a number from outside
/// may be anything.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var micros: Int64

    package init(micros: Int64) { self.micros = micros }
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
    /// `0.84`: without trailing zeros beyond cents.
    package var description: String {
        let sign = micros < 0 ? "-" : ""
        let whole = micros.magnitude / 1_000_000
        var fraction = String(micros.magnitude % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2 && fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}

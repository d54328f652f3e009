/// An amount of money in US dollars, exact to a millionth.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var micros: Int64

    package init(micros: Int64) { self.micros = micros }
    package init(dollars: Double) { micros = Int64((dollars * 1_000_000).rounded()) }

    package static let zero = Money(micros: 0)
    package static func + (left: Money, right: Money) -> Money { Money(micros: left.micros + right.micros) }
    package static func - (left: Money, right: Money) -> Money { Money(micros: left.micros - right.micros) }
    package static func * (amount: Money, factor: Double) -> Money { Money(micros: Int64((Double(amount.micros) * factor).rounded())) }
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

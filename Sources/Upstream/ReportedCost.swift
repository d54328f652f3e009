import Jobs

/// What a vendor may report as the price of one job and be believed.
enum ReportedCost {
    /// A price list that has changed, or a surcharge, stays well below ten times what was expected.
    static let maxFactor = 10.0
    /// For free and very cheap models, whose reservation is too small to multiply.
    static let alwaysPlausible = Money(micros: 1_000_000)
    /// Where nothing was expected. No model of the catalog costs a tenth of it.
    static let maxUnreserved = Money(micros: 1_000_000_000)

    static func isPlausible(_ reported: Money, reserved: Money?) -> Bool {
        guard reported >= .zero else { return false }
        return reported <= (reserved.map { max($0 * maxFactor, alwaysPlausible) } ?? maxUnreserved)
    }
}

import Jobs

/// Bounds within which a vendor's reported price of one job is plausible.
enum ReportedCost {
    /// A changed price list or a surcharge stays well below ten times the expected price.
    static let maxFactor = 10.0
    /// For free and very cheap models, whose reservation is too small for a factor.
    static let alwaysPlausible = Money(micros: 1_000_000)
    /// For jobs without a reservation. No model in the catalog costs a tenth of this.
    static let maxUnreserved = Money(micros: 1_000_000_000)

    static func isPlausible(_ reported: Money, reserved: Money?) -> Bool {
        guard reported >= .zero else { return false }
        return reported <= (reserved.map { max($0 * maxFactor, alwaysPlausible) } ?? maxUnreserved)
    }
}

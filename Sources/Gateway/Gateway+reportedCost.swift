import Jobs
import Telemetry
import Wire

extension Gateway {
    /// The price that a vendor's answer reports, unless it is nonsense: then the reservation stays, and the log says so.
    /// - Parameter reserved: what was reserved for the job; nil where its price was not known.
    func plausibleCost(in reply: Reply, for ticket: Ticket, _ account: Account, reserved: Money?) -> Money? {
        guard let reported = account.vendor.cost(from: reply, for: ticket) else { return nil }
        if ReportedCost.isPlausible(reported, reserved: reserved) { return reported }
        shared.telemetry.log(
            .error, "the vendor reports a price that cannot be right; the reservation stays",
            fields: ["account": account.name, "reported": "\(reported) USD", "reserved": reserved.map { "\($0) USD" } ?? "unknown"])
        return nil
    }
}

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

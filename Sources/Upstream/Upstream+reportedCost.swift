import Jobs
import Telemetry

extension Upstream {
    /// The price that a vendor's answer reports, unless it is nonsense: then the reservation stays, and the log says so.
    /// - Parameter reserved: what was reserved for the job; nil where its price was not known.
    package func plausibleCost(in reply: Reply, for ticket: Ticket, with account: Account, reserved: Money?) -> Money? {
        guard let reported = account.vendor.cost(from: reply, for: ticket) else { return nil }
        if ReportedCost.isPlausible(reported, reserved: reserved) { return reported }
        telemetry?.log(
            .error, "the vendor reports a price that cannot be right; the reservation stays",
            fields: ["account": account.name, "reported": "\(reported) USD", "reserved": reserved.map { "\($0) USD" } ?? "unknown"])
        return nil
    }
}

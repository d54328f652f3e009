import Jobs
import Telemetry

extension Upstream {
    /// The price that a vendor reports. An implausible price is logged and ignored, so the reservation stays.
    /// - Parameter reserved: the amount reserved for the job; nil if its price was unknown.
    package func plausibleCost(in reply: Reply, for ticket: Ticket, with account: Account, reserved: Money?) -> Money? {
        guard let reported = account.vendor.cost(from: reply, for: ticket) else { return nil }
        if ReportedCost.isPlausible(reported, reserved: reserved) { return reported }
        telemetry?.log(
            .error, "the vendor reports a price that cannot be right; the reservation stays",
            fields: ["account": account.name, "reported": "\(reported) USD", "reserved": reserved.map { "\($0) USD" } ?? "unknown"])
        return nil
    }
}

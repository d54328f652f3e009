import Jobs
import Vendors
import Wire

/// A server that speaks OpenAI's API, whose jobs can be found by a name that the start call carries, and which reports what they cost.
struct TraceableVendor: Vendor {
    private var base: any Vendor

    init() throws(Fault) {
        guard let base = Registry.vendor("openai-compatible") else { throw Fault(.unknownModel, "no such vendor") }
        self.base = base
    }

    var card: VendorCard { base.card }

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        vendor.base = base.adjusted(to: settings)
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var call = try base.startCall(for: job, on: model)
        guard let name = job.correlationID else { return call }
        call.query.add("name", name)
        call.correlationKey = CorrelationKey(name)
        return call
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket { try base.ticket(from: reply, to: call) }
    func statusCall(for ticket: Ticket) -> PollStep { base.statusCall(for: ticket) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep { try base.progress(from: reply, for: ticket) }

    func cost(from reply: Reply, for ticket: Ticket) -> Money? { reply.json?["cost"]?.double.map(Money.init(dollars:)) }
    func cancelCall(for ticket: Ticket) -> Call? { base.cancelCall(for: ticket) }

    func lookupCall(for correlationKey: CorrelationKey) -> Call? {
        var call = Call(.lookup, .get, path: "/videos")
        call.query.add("name", correlationKey[0])
        return call
    }

    func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket? {
        guard reply.isSuccess else { throw Fault(.vendorUnavailable, "The look-up failed.") }
        return try reply.parsed()["id"]?.string.map { Ticket($0) }
    }
}

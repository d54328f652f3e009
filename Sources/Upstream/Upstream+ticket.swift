import Catalog
import Jobs
import Telemetry
import Wire

extension Upstream {
    /// Reads the ticket from the reply to a start call. Where the vendor's file does not say what a failure proves, the status decides:
    /// only known refusal statuses prove that nothing was accepted.
    /// - Parameter requestedModel: the model as the client named it.
    package static func ticket(
        from reply: Reply, to call: Call, of job: ValidatedJob, with account: Account, requestedModel: String
    ) throws(Fault) -> Ticket {
        do throws(Fault) {
            return try account.vendor.ticket(from: reply, to: call)
        } catch {
            var fault = provenFault(error, by: reply, to: call, of: job, with: account)
            if fault.sent == nil { fault.sent = account.card.provesRefusal(reply.status) ? .no : .maybe }
            fault.detail = "\(account.name): HTTP \(reply.status): \(fault.detail ?? fault.message)"
            guard fault.sent == .maybe else {
                fault.message = PublicSentence(account: account, model: job.model, requested: requestedModel).cleaned(fault.message)
                throw fault
            }
            throw Fault(
                .createAmbiguous,
                "The vendor's answer to the start call says neither accepted nor refused. Nothing is sent again automatically.",
                code: "create_ambiguous", detail: fault.detail, sent: .maybe)
        }
    }

    /// A refusal that disables a model or an account must be in the vendor's own words, so it is classified again without the client's
    /// text.
    private static func provenFault(
        _ fault: Fault, by reply: Reply, to call: Call, of job: ValidatedJob, with account: Account
    ) -> Fault {
        guard fault.scope == .model || fault.scope == .account else { return fault }
        var neutral = reply
        neutral.body = ClientText(of: job.job).blanked(in: reply.body)
        do throws(Fault) {
            _ = try account.vendor.ticket(from: neutral, to: call)
        } catch {
            guard error.kind != fault.kind || error.scope != fault.scope else { return fault }
            var error = error
            error.detail = fault.detail
            return error
        }
        return fault
    }

    /// Removes private details from a job's failure before its owner sees it.
    /// - Parameter requestedModel: the model as the client named it.
    package static func publicProgress(_ progress: Progress, of model: Model?, on account: Account, requestedModel: String) -> Progress {
        guard case .failed(var fault) = progress else { return progress }
        fault.message = PublicSentence(account: account, model: model, requested: requestedModel).cleaned(fault.message)
        return .failed(fault)
    }
}

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

import Catalog
import Jobs
import Wire

extension Upstream {
    /// What the vendor's file reads out of the answer to a start call. Where it cannot say what a failure proves, the status decides:
    /// refusals name themselves, everything else may have been accepted.
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
                fault.message = PublicSentence(account: account, model: job.model, asked: requestedModel).cleaned(fault.message)
                throw fault
            }
            throw Fault(
                .createAmbiguous,
                "The vendor's answer to the start call says neither accepted nor refused. Nothing is sent again by itself.",
                code: "create_ambiguous", detail: fault.detail, sent: .maybe)
        }
    }

    /// A refusal that closes a model or an account must say so in the vendor's own words: what is left of it without the client's decides.
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

    /// The failure of a job as its owner may see it.
    /// - Parameter requestedModel: the model as the client named it.
    package static func publicProgress(_ progress: Progress, of model: Model?, on account: Account, requestedModel: String) -> Progress {
        guard case .failed(var fault) = progress else { return progress }
        fault.message = PublicSentence(account: account, model: model, asked: requestedModel).cleaned(fault.message)
        return .failed(fault)
    }
}

import Catalog
import Jobs
import Seal
import Wire

extension Gateway {
    /// What the vendor's file reads out of the answer to a start call. Where it cannot say what a failure proves, the status decides:
    /// refusals name themselves, everything else may have been accepted.
    /// - Parameter asked: the model as the client named it.
    func ticket(from reply: Reply, to call: Call, of candidate: Candidate, asked: String) throws(Fault) -> Ticket {
        let account = candidate.account
        do throws(Fault) {
            return try account.vendor.ticket(from: reply, to: call)
        } catch {
            var fault = Gateway.provenFault(error, by: reply, to: call, of: candidate)
            if fault.sent == nil { fault.sent = account.card.provesRefusal(reply.status) ? .no : .maybe }
            fault.detail = "\(account.name): HTTP \(reply.status): \(fault.detail ?? fault.message)"
            guard fault.sent == .maybe else {
                fault.message = PublicSentence(account: account, model: candidate.checked.model, asked: asked).cleaned(fault.message)
                throw fault
            }
            throw Fault(
                .createAmbiguous,
                "The vendor's answer to the start call says neither accepted nor refused. Nothing is sent again by itself.",
                code: "create_ambiguous", detail: fault.detail, sent: .maybe)
        }
    }

    /// A refusal that closes a model or an account must say so in the vendor's own words: what is left of it without the client's decides.
    private static func provenFault(_ fault: Fault, by reply: Reply, to call: Call, of candidate: Candidate) -> Fault {
        guard fault.scope == .model || fault.scope == .account else { return fault }
        var neutral = reply
        neutral.body = ClientText(of: candidate.checked.job).blanked(in: reply.body)
        do throws(Fault) {
            _ = try candidate.account.vendor.ticket(from: neutral, to: call)
        } catch {
            guard error.kind != fault.kind || error.scope != fault.scope else { return fault }
            var error = error
            error.detail = fault.detail
            return error
        }
        return fault
    }

    /// The failure of a job as its owner may see it.
    func publicProgress(_ progress: Progress, of claims: Claims, on account: Account) -> Progress {
        guard case .failed(var fault) = progress else { return progress }
        let model = config.catalog.model(claims.model, of: claims.vendor)
        fault.message = PublicSentence(account: account, model: model, asked: claims.requestedModel).cleaned(fault.message)
        return .failed(fault)
    }
}

import Jobs
import Journal
import Seal
import Upstream
import Wire

/// Sends start calls, each once. Nothing is sent again, whatever the answer.
final class PaidCallSender {
    enum Outcome {
        /// The vendor has the job.
        case accepted(Ticket, reportedCost: Money?)
        /// The fault's `sent` says whether the vendor may have the job. The trace helps a person to find it there.
        case failed(Fault, trace: String)
    }

    private let upstream: Upstream
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies) {
        upstream = dependencies.upstream
        clock = dependencies.clock
    }

    /// - Parameter claims: what is known of the job before the vendor has it.
    func send(_ call: Call, for candidate: Candidate, claims: Claims) async -> Outcome {
        let account = candidate.account
        let sent = clock()
        var lastReply: Reply?
        do throws(Fault) {
            let reply = try await upstream.send(call, with: account)
            lastReply = reply
            let ticket = try Upstream.ticket(
                from: reply, to: call, of: candidate.checked, with: account, requestedModel: claims.requestedModel)
            return .accepted(
                ticket, reportedCost: upstream.plausibleCost(in: reply, for: ticket, with: account, reserved: claims.cost))
        } catch {
            // If the vendor can look the job up, it is asked before the client gets an ambiguous answer.
            if error.sent == .maybe, let ticket = await findTicket(by: call.correlationKey, account) {
                return .accepted(ticket, reportedCost: nil)
            }
            let trace = VendorTrace(claims: claims, correlationKey: call.correlationKey, reply: lastReply, sent: sent, ended: clock())
            return .failed(error, trace: trace.text)
        }
    }

    /// The ticket of a job that its vendor knows by that key; nil if it does not (yet), or cannot look jobs up.
    func findTicket(by correlationKey: CorrelationKey?, _ account: Account) async -> Ticket? {
        guard let correlationKey, let call = account.vendor.lookupCall(for: correlationKey) else { return nil }
        do throws(Fault) {
            return try account.vendor.ticket(fromLookup: try await upstream.send(call, with: account), by: correlationKey)
        } catch {
            return nil
        }
    }
}

/// What helps a person to find an ambiguous job at the vendor.
struct VendorTrace {
    let claims: Claims
    let correlationKey: CorrelationKey?
    /// The vendor's answer, if any could be read.
    let reply: Reply?
    let sent: Timestamp
    let ended: Timestamp

    var text: String {
        var parts = ["called between \(sent.iso8601) and \(ended.iso8601)"]
        if let correlationKey { parts.append("correlation key sent to the vendor: " + correlationKey.fields.joined(separator: " ")) }
        if let reply {
            parts.append("answered with HTTP \(reply.status)")
            parts += reply.headers.fields.filter { VendorTrace.isTracing($0.name) }.map { "\($0.name): \($0.value.prefix(200))" }
            parts += reply.json.map { VendorTrace.ids(in: $0) } ?? []
        }
        if !claims.ticket.fields.isEmpty { parts.append("ticket: " + claims.ticket.fields.joined(separator: " ")) }
        return parts.joined(separator: "; ")
    }

    /// The members that may be the vendor's name for the job (`id`, `task_id`, …), at the top and one level below.
    private static func ids(in json: JSON, isNested: Bool = false) -> [String] {
        var found: [String] = []
        for (name, value) in json.members {
            let word = name.lowercased()
            if ["id", "name"].contains(word) || word.hasSuffix("_id") || name.hasSuffix("Id") {
                if let text = value.string ?? value.numberText, !text.isEmpty { found.append("\(name): \(text.prefix(2000))") }
            } else if !isNested {
                found += ids(in: value, isNested: true)
            }
        }
        return Array(found.prefix(8))
    }

    /// `x-request-id`, `x-amzn-requestid`, `x-tt-logid`, `cf-ray`, …
    private static func isTracing(_ name: String) -> Bool {
        let plain = name.filter { $0 != "-" }
        return ["requestid", "traceid", "logid", "cfray", "correlationid"].contains { plain.contains($0) }
    }
}

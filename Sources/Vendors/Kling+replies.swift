import Jobs
import Wire

/// What both generations of the API have in common: the envelope `{code, message, request_id, data}` and its codes.
extension Kling {
    /// The name under which a task can be found: the client's own, else the mark of the create.
    static func name(of job: Job) -> String? {
        switch job.extras.first(where: { $0.name == "external_task_id" })?.value {
        case .string(let name): name
        case .parsed(let json): json.string ?? job.correlationID
        default: job.correlationID
        }
    }

    /// Nil if the search found no such task.
    static func lookupMiss(from reply: Reply) throws(Fault) -> Ticket? {
        _ = try pollFault(from: reply)
        return nil
    }

    static func isSuccess(_ reply: Reply) -> Bool {
        let code = reply.json?["code"]
        return code == nil || code?.int == 0
    }

    static func finished(_ videos: [JSON]) -> Progress {
        let assets = videos.compactMap { video in
            video["url"]?.string.flatMap { $0.isEmpty ? nil : Asset(.video, .url($0, credentials: false)) }
        }
        return assets.isEmpty
            ? .failed(Fault(.vendorNonsense, "The vendor finished the job without a video.", detail: "no video among the outputs"))
            : .done(assets)
    }

    /// The reason is a sentence only; that of moderation mentions risk control.
    static func failure(_ message: String?, _ reply: Reply) -> Fault {
        let text = message.flatMap { $0.isEmpty ? nil : $0 }
        let isModerated = VendorError.looksModerated(text) || text?.lowercased().contains("risk control") == true
        return VendorError(reply, message: text).fault(isModerated ? .moderated : .vendorFailed)
    }

    /// A state that cannot be learnt; 1203: the task does not exist.
    static func pollFault(from reply: Reply) throws(Fault) -> Fault {
        let code = reply.json?["code"]?.int
        if code == 1203 || code == nil && reply.status == 404 {
            return VendorError(reply, message: reply.json?["message"]?.string, code: code.map(String.init)).fault(.vendorExpired)
        }
        throw refusal(reply)
    }

    /// The codes of both APIs. Those from 1000 to 1999 are refusals: no task was created, whatever the HTTP status is
    /// (an empty account is a 429). 5001 is maintenance.
    static func refusal(_ reply: Reply) -> Fault {
        let code = reply.json?["code"]?.int
        let refusal = VendorError(reply, message: reply.json?["message"]?.string, code: code.map(String.init))
        var fault = refusal.fault(by: rules)
        if let code, (1000..<2000).contains(code) || code == 5001 { fault.sent = .no }
        return fault
    }

    private static let rules: [VendorErrorRule] = [
        .codes("1000", "1001", "1002", "1003", "1004", mean: .credentials), .codes("1103", mean: .rights),
        // Not active; an address that is not on the account's list.
        .codes("1100", "1304", mean: .setup),
        .codes("1101", "1102", mean: .balance),
        // 1203 is said of models, images and jobs alike, in the same words.
        .codes("1200", "1201", "1202", "1203", mean: .invalid),
        .codes("1300", "1301", mean: .moderated), .codes("1302", mean: .rate), .codes("1303", mean: .busy),
        .codes("5000", "5001", mean: .unavailable), .codes("5002", mean: .timeout),
    ]
}

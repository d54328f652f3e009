import Jobs
import Wire

/// Siray.ai: one create call, a flat body with names of each model's own, and tasks told in upper case inside an envelope that says
/// "success" whatever became of them.
struct Siray: Vendor {
    let card = {
        var card = VendorCard(
            name: "siray", title: "Siray.ai", docs: "https://docs.siray.ai", host: "https://api.siray.ai", auth: .bearer,
            secrets: ["api_key": ["SIRAY_API_KEY"]])
        card.pollInterval = .seconds(3)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline], .audio: [.url, .inline]]
        card.extras = ["character_orientation", "keep_original_sound"]
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body = try FlatBody(job, on: model, extras: card.extras).members
        body["model"] = .string(model.upstream)
        return Call(.start, .post, path: "/v1/video/generations", body: .json(body))
    }

    /// Documented under `data`; the official clients read it at the top.
    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        let ids = [json["task_id"], json["data"]?["task_id"], json["id"]].compactMap { $0?.string }
        if let id = ids.first(where: { !$0.isEmpty }) { return Ticket(id) }
        if words(of: reply).code != nil { throw refusal(reply) }
        throw Fault.withoutID("no task_id")
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/v1/video/generations/\(Percent.encoded(ticket[0]))"))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.isSuccess else { return .progress(.failed(try pollFault(from: reply))) }
        let task = try reply.parsed()["data"]
        switch task?["status"]?.string {
        case "NOT_START", "SUBMITTED", "QUEUED": return .progress(.queued)
        case "IN_PROGRESS": return .progress(.running(percent: task?["progress"]?.percent()))
        case "SUCCESS": return .progress(finished(task))
        case "FAILURE": return .progress(.failed(failure(task?["fail_reason"]?.string, reply)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    /// An older form has the URL where the reason of a failure stands. The URLs lead to a redirect that needs no key.
    private func finished(_ task: JSON?) -> Progress {
        let outputs = (task?["outputs"]?.elements ?? []).compactMap(\.string)
        let others = [task?["video_url"]?.string, task?["fail_reason"]?.string].compactMap(\.self)
        let urls = outputs.isEmpty ? Array(others.filter { $0.contains("://") }.prefix(1)) : outputs
        return urls.isEmpty
            ? .failed(.withoutVideo("no outputs"))
            : .done(urls.map { Asset(.video, .url($0, credentials: false)) })
    }

    private func failure(_ reason: String?, _ reply: Reply) -> Fault {
        let refusal = VendorError(reply, message: reason.flatMap { $0.isEmpty ? nil : $0 })
        return refusal.fault(VendorError.looksModerated(reason) ? .moderated : .vendorFailed)
    }

    /// A state that cannot be learnt. An unknown task is a 400.
    private func pollFault(from reply: Reply) throws(Fault) -> Fault {
        let (message, code) = words(of: reply)
        guard reply.status == 404 || code == "task_not_exist" else { throw refusal(reply) }
        return VendorError(reply, message: message, code: code).fault(.vendorExpired)
    }

    private func refusal(_ reply: Reply) -> Fault {
        let (message, code) = words(of: reply)
        let refusal = VendorError(reply, message: message, code: code)
        return refusal.fault(by: [
            .codes("SensitiveContent*", mean: .moderated),
            .words(VendorErrorRule.moderationWords, mean: .moderated, at: [200]),
            .status([200], means: .invalid),
        ])
    }

    /// `{"error": {"message", "code", "type"}}`, or `{"code": "error", "fail_code", "message"}` at the top.
    private func words(of reply: Reply) -> (message: String?, code: String?) {
        let json = reply.json
        let code = json?["fail_code"]?.string ?? json?["error"]?["code"]?.string ?? json?["code"]?.string
        return (json?["error"]?["message"]?.string ?? json?["message"]?.string, code?.lowercased() == "success" ? nil : code)
    }
}

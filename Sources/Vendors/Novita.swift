import Jobs
import Wire

/// Novita (and PPIO, the same API in China): the model stands in the path, its fields are those of the maker behind it, and one question
/// serves all tasks.
struct Novita: Vendor {
    let card = {
        var card = VendorCard(
            name: "novita", title: "Novita AI", docs: "https://novita.ai/docs/api-reference/model-apis-task-result",
            host: "https://api.novita.ai", auth: .bearer, secrets: ["api_key": ["NOVITA_API_KEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline], .video: .url, .audio: .url]
        card.extras = ["camera_fixed", "enable_prompt_expansion", "loras", "mode", "movement_amplitude", "shot_type", "steps", "style"]
        card.resultTTL = .seconds(3600)
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let body = try FlatBody(job, on: model, extras: card.extras).members
        return Call(.start, .post, path: "/v3/async/" + Percent.encoded(model.upstream), body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["task_id"]?.string, !id.isEmpty else { throw .withoutID("no task_id") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: "/v3/async/task-result")
        call.query.add("task_id", ticket[0])
        return .call(call)
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.status == 404 { return .progress(.failed(VendorError(reply, message: words(of: reply).message).fault(.vendorExpired))) }
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        let task = json["task"]
        switch task?["status"]?.string {
        case "TASK_STATUS_QUEUED": return .progress(.queued)
        case "TASK_STATUS_PROCESSING":
            return .progress(.running(percent: task?["progress_percent"]?.percent()))
        case "TASK_STATUS_SUCCEED": return .progress(finished(json))
        case "TASK_STATUS_FAILED": return .progress(.failed(failure(task?["reason"]?.string, reply)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    private func finished(_ json: JSON) -> Progress {
        let clips = (json["videos"]?.elements ?? []).compactMap { clip in
            clip["video_url"]?.string.map { url in
                Asset(.video, .url(url, credentials: false), type: clip["video_type"]?.string == "mp4" ? .mp4 : nil)
            }
        }
        return clips.isEmpty ? .failed(.withoutVideo("no videos")) : .done(clips)
    }

    private func failure(_ reason: String?, _ reply: Reply) -> Fault {
        VendorError(reply, message: reason).fault(VendorError.looksModerated(reason) ? .moderated : .vendorFailed)
    }

    /// 403 is a bad key or an empty account: the reason tells.
    private func refusal(_ reply: Reply) -> Fault {
        let (message, reason) = words(of: reply)
        let refusal = VendorError(reply, message: message, code: reason)
        if reply.status == 400, VendorError.looksModerated(reason) { return refusal.fault(.moderated) }
        return refusal.fault(by: [
            .codes("NOT_ENOUGH_BALANCE", mean: .balance), .codes("INVALID_API_KEY", mean: .credentials),
            .codes("RATE_LIMIT_EXCEEDED", mean: .rate), .codes("MODEL_NOT_FOUND", mean: .model),
        ])
    }

    private func words(of reply: Reply) -> (message: String?, reason: String?) {
        (reply.json?["message"]?.string, reply.json?["reason"]?.string)
    }
}

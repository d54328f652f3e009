import Jobs
import Wire

/// Jimeng (即梦) on Volcengine's visual service: two actions on one path, signed over the exact bytes of the body. `req_key` is the model,
/// and a task is known by both. Every answer has a code of its own; 10000 is fine.
struct Jimeng: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "jimeng", title: "Jimeng (Volcengine)", docs: "https://www.volcengine.com/docs/85621/1792704",
            host: "https://visual.volcengineapi.com", auth: .volcengine(service: "cv", region: "cn-north-1"),
            secrets: ["access_key": ["VOLC_ACCESSKEY"], "secret_key": ["VOLC_SECRETKEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline], .video: .url, .audio: .url]
        card.resultTTL = .seconds(3600)
        return card
    }()
    let replies = ReplyRules(
        id: ["data.task_id"],
        state: StateRules(
            at: ["data.status"],
            [.queued: ["in_queue"], .running: ["generating"], .done: ["done"], .expired: ["not_found", "expired"]],
            reported: ["not_found", "expired"]),
        result: ResultRules(videos: ["data.video_url"]),
        errors: ErrorRules(
            messages: ["message", "ResponseMetadata.Error.Message"], codes: ["code", "ResponseMetadata.Error.Code"],
            successCodes: ["10000"],
            rules: [
                // Images, text, video and audio of input or output, and copyright. 50520 to 50522 are troubles of the moderation itself.
                .codes(
                    "50411", "50412", "50413", "50511", "50512", "50516", "50517", "50518", "50519", mean: .moderated, proven: true),
                .codes("50429", mean: .rate, proven: true), .codes("50430", mean: .busy, proven: true),
            ], readsModerationWords: false))

    /// Seed and number of frames are always stated, as the official client's samples do: -1 for any seed, 24 frames a second and one.
    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body = SpacedJSON()
        body.add("req_key", model.upstream)
        if !job.media.isEmpty { try add(job.media, to: &body) }
        if let prompt = job.prompt { body.add("prompt", prompt) }
        body.add("seed", job.seed ?? -1)
        body.add("frames", Number.saturated(min((job.duration?.seconds ?? model.defaults.seconds ?? 5) * 24, 1e6)) + 1)
        if let aspectRatio = model.selectedAspectRatio(for: job) { body.add("aspect_ratio", aspectRatio.description) }
        return call(.start, "CVSync2AsyncSubmitTask", body: body)
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        Ticket(key(in: call), try id(in: reply))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(call(.status, "CVSync2AsyncGetResult", body: named(ticket))) }

    /// The client has this action; whether it reaches these tasks is not documented.
    func cancelCall(for ticket: Ticket) -> Call? { call(.cancel, "CVCancelTask", version: "2024-06-06", body: named(ticket)) }

    // MARK: The request

    private func call(_ purpose: Call.Purpose, _ action: String, version: String = "2022-08-31", body: SpacedJSON) -> Call {
        var call = Call(purpose, .post, path: "/", body: .bytes(.json, body.text))
        call.query.add("Action", action)
        call.query.add("Version", version)
        return call
    }

    private func named(_ ticket: Ticket) -> SpacedJSON {
        var body = SpacedJSON()
        body.add("req_key", ticket[0])
        body.add("task_id", ticket[1])
        return body
    }

    private func key(in call: Call) -> String {
        guard case .bytes(_, let text) = call.body else { return "" }
        return (try? JSON(parsing: text))?["req_key"]?.string ?? ""
    }

    /// All by URL or all as base64: there are two lists, and only the order within one distinguishes first from last.
    private func add(_ media: [InputMedia], to body: inout SpacedJSON) throws(Fault) {
        let frames = media.filter { $0.role == .firstFrame } + media.filter { $0.role != .firstFrame }
        let inlined = frames.filter { if case .url = $0.source { false } else { true } }
        guard inlined.isEmpty || inlined.count == frames.count else {
            throw Fault(
                .unsupported, "The first and the last frame must both be URLs or both be files.", param: inlined[0].param,
                code: "unsupported_source", sent: .no)
        }
        body.add(inlined.isEmpty ? "image_urls" : "binary_data_base64", frames)
    }

    // MARK: The answers

    /// Two codes are the end of the job; the others, apart from moderation, are about the status call.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if let code = reply.json?["code"]?.int, [50500, 50501].contains(code) {
            return .progress(.failed(failure(.vendorFailed, of: reply.json, in: reply, word: nil)))
        }
        return try pollStep(from: reply, for: ticket)
    }
}

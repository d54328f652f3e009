import Jobs
import Wire

/// MiniMax's second video API: the H3 models, a list of contents with roles, honest HTTP statuses. An unknown task is a 500. Its own word
/// for what went wrong is a number at the end of the message.
struct MiniMaxV2: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "minimax-v2", title: "MiniMax (H3)", docs: "https://platform.minimax.io/docs/api-reference/video-generation-v2",
            host: "https://api.minimax.io", auth: .bearer, secrets: ["api_key": ["MINIMAX_API_KEY"]])
        card.aliases = ["minimax"]
        card.settings = [VendorCard.Setting("region", fallback: "intl", choices: ["intl", "cn"])]
        card.pollInterval = .seconds(10)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline], .audio: [.url, .inline]]
        card.extras = ["extra", "prompt_expansion_mode"]
        // 529 is overload: nothing was taken.
        card.refusalStatuses = [529]
        return card
    }()
    let replies = ReplyRules(
        id: ["task_id"],
        state: StateRules(
            at: ["task.status"],
            [.queued: ["queued"], .running: ["running"], .done: ["succeeded"], .failed: ["failed"], .cancelled: ["cancelled"]]),
        result: ResultRules(videos: ["task.content.url"]),
        errors: ErrorRules(
            messages: ["task.error.message", "error.message"], codes: ["task.error.code", "error.type"],
            rules: [
                .codes("unprocessable_entity_error", mean: .moderated), .codes("insufficient_balance_error", mean: .balance),
                .codes("rate_limit_error", mean: .rate), .codes("overloaded_error", mean: .overloaded),
            ],
            failures: [.codes("1026", "1027", mean: .moderated)],
            expiry: [ErrorRules.notFound, .words(["record not found", "invalid task_id"], mean: .expired)], readsModerationWords: false))

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        if settings["region"] == "cn" { vendor.card.hosts[VendorCard.mainHost] = "https://api.minimaxi.com" }
        return vendor
    }

    /// Resolution and, for text alone, proportions are required; for the length the vendor names no usual value. What the client left open
    /// is stated as the catalog has it.
    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream), "content": .array(content(job))]
        body["resolution"] = (model.selectedResolution(for: job) ?? model.defaults.frameFormat.resolution).map {
            .string($0.text.uppercased())
        }
        body["duration"] = (job.duration?.seconds ?? model.defaults.seconds).map(JSONValue.double)
        let aspectRatio = model.selectedAspectRatio(for: job) ?? (job.media.isEmpty ? model.defaults.frameFormat.aspectRatio : nil)
        body["ratio"] = aspectRatio.map { .string($0.description) }
        body["seed"] = job.seed.map(JSONValue.int)
        body["aigc_watermark"] = job.watermark.map(JSONValue.bool)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return Call(.start, .post, path: "/v2/video_generation", body: .json(body))
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/v2/query/video_generation/\(Percent.encoded(ticket[0]))"))
    }

    /// Cancels a queued task, is refused for a running one.
    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .delete, path: "/v2/video_generation/\(Percent.encoded(ticket[0]))") }

    // MARK: The request

    private func content(_ job: Job) -> [JSONValue] {
        var content: [JSONValue] = [["type": "text", "text": .string(job.prompt ?? "")]]
        for medium in job.media {
            let type = medium.kind.rawValue + "_url"
            var part: JSONValue = ["type": .string(type)]
            part[type] = ["url": medium.urlOrDataURI]
            part["role"] = .string(role(medium))
            content.append(part)
        }
        return content
    }

    private func role(_ medium: InputMedia) -> String {
        switch medium.role {
        case .firstFrame: "first_frame"
        case .lastFrame: "last_frame"
        case .reference, .source, .audio, .keyframe, .mask: "reference_" + medium.kind.rawValue
        }
    }

    // MARK: The answers

    func refusal(_ reply: Reply) -> Fault {
        let message = reply.json?["error"]?["message"]?.string
        guard let number = number(atEndOf: message) else { return replies.errors.refusal(reply) }
        return VendorError(reply, message: message, code: number).fault(by: replies.errors.rules)
    }

    /// `1026` of `input content sensitive (1026)`.
    private func number(atEndOf message: String?) -> String? {
        guard let message, message.hasSuffix(")"), let open = message.lastIndex(of: "(") else { return nil }
        let number = message[message.index(after: open)...].dropLast()
        return number.isEmpty || !number.allSatisfy(\.isNumber) ? nil : String(number)
    }
}

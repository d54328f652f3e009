import Jobs
import Wire

/// OpenRouter's video route: one body for the models of many makers. What a maker has beyond it goes through `provider.options`; the
/// catalog's `wire` has their names. Videos come as signed links, or through a route that requires the key.
struct OpenRouter: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "openrouter", title: "OpenRouter", docs: "https://openrouter.ai/docs/features/multimodal/videos",
            host: "https://openrouter.ai/api/v1", auth: .bearer, secrets: ["api_key": ["OPENROUTER_API_KEY"]])
        card.pollInterval = .seconds(10)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline], .audio: [.url, .inline]]
        card.extras = ["provider", "user", "session_id"]
        return card
    }()
    let replies = ReplyRules(
        state: StateRules(
            [
                .queued: ["pending"], .running: ["in_progress"], .done: ["completed"], .failed: ["failed"], .cancelled: ["cancelled"],
                .expired: ["expired"],
            ]), errors: ErrorRules(messages: ["error", "error.message"], codes: ["error.code"]))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        Call(.start, .post, path: "/videos", body: .json(try body(job, model)))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket))) }

    /// In dollars; with a maker's key of one's own it is only OpenRouter's share.
    func cost(from reply: Reply, for ticket: Ticket) -> Money? {
        let usage = reply.json?["usage"]
        return usage?["is_byok"]?.bool == true ? nil : usage?["cost"]?.double.map(Money.init(dollars:))
    }

    private func path(_ ticket: Ticket) -> String { "/videos/" + Percent.encoded(ticket[0]) }

    // MARK: The request

    private func body(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        let wire = FieldNames(model.wire)
        if model.acceptsAnything { try job.rejectFields { ["seed", "audio"].contains($0) } }
        var body: JSONValue = ["model": .string(model.upstream)]
        body["prompt"] = job.prompt.map(JSONValue.string)
        body["duration"] = job.duration?.seconds.map(JSONValue.double)
        put(job.frameFormat, model, body: &body)
        body["seed"] = job.seed.map(JSONValue.int)
        body["generate_audio"] = job.audio.map(JSONValue.bool)
        try put(job.media, &body)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        if let text = job.negativePrompt, let path = wire.object("negative_prompt") {
            guard body["provider"] == nil else {
                let message = "With 'provider', the negative prompt belongs among its options."
                throw Fault(.invalid, message, param: "negative_prompt", code: "invalid_value", sent: .no)
            }
            let names = path.elements.compactMap(\.string)
            body["provider"] = ["options": names.reversed().reduce(.string(text)) { inner, name in .object([(name, inner)]) }]
        }
        return body
    }

    /// A size, or a tier and proportions; the size is the plainer where the model has it.
    private func put(_ frameFormat: FrameFormat, _ model: Model, body: inout JSONValue) {
        if let size = frameFormat.size, model.acceptsAnything || model.sizes.contains(size) {
            body["size"] = .string("\(size)")
            return
        }
        body["resolution"] = frameFormat.resolution.map { .string($0.text.hasSuffix("k") ? $0.text.uppercased() : $0.text) }
        body["aspect_ratio"] = frameFormat.aspectRatio.map { .string($0.description) }
    }

    private func put(_ media: [InputMedia], _ body: inout JSONValue) throws(Fault) {
        var frames: [JSONValue] = []
        var references: [JSONValue] = []
        for medium in media {
            let type = medium.kind.rawValue + "_url"
            var item: JSONValue = ["type": .string(type)]
            item[type] = ["url": medium.urlOrDataURI]
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image):
                item["frame_type"] = "first_frame"
                frames.append(item)
            case (.lastFrame, .image):
                item["frame_type"] = "last_frame"
                frames.append(item)
            case (.reference, _), (.source, .video): references.append(item)
            default: throw .unusable(medium)
            }
        }
        if !frames.isEmpty { body["frame_images"] = .array(frames) }
        if !references.isEmpty { body["input_references"] = .array(references) }
    }

    // MARK: The answers

    func finished(_ json: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let expires = json["expires_at"]?.int.map { Timestamp(unix: Int64($0)) }
        let signed = (json["urls"]?.elements ?? []).compactMap(\.string).filter { $0.contains("://") }
        if !signed.isEmpty { return .progress(.done(signed.map { Asset(.video, .url($0, credentials: false), expires: expires) })) }
        let count = json["unsigned_urls"]?.elements.count ?? 0
        guard count > 0 else { return .progress(.failed(.withoutVideo("no urls"))) }
        return .progress(.done((0..<count).map { Asset(.video, .call(content(ticket, $0))) }))
    }

    private func content(_ ticket: Ticket, _ index: Int) -> Call {
        var call = Call(.content, .get, path: path(ticket) + "/content")
        call.query.add("index", String(index))
        return call
    }

    /// Its moderation gives its reasons; otherwise 403 may be anything.
    func refusal(_ reply: Reply) -> Fault {
        let isModerated = [400, 403].contains(reply.status) && reply.json?.at("error", "metadata", "reasons") != nil
        return isModerated ? replies.errors.error(reply).fault(.moderated) : replies.errors.refusal(reply)
    }
}

import Jobs
import Wire

/// Google's Gemini API with a key: Gemini Omni through Interactions. Clips come as a file that needs the key, or as base64 in the answer; a
/// refusal by its content filters is a completed interaction that holds only words.
struct Google: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "google", title: "Google Gemini API", docs: "https://ai.google.dev/gemini-api/docs/interactions",
            host: "https://generativelanguage.googleapis.com", auth: .header("x-goog-api-key", prefix: ""),
            secrets: ["api_key": ["GEMINI_API_KEY", "GOOGLE_API_KEY"]])
        card.aliases = ["gemini"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline], .audio: [.url, .inline]]
        card.resultTTL = .seconds(48 * 3600)
        return card
    }()
    /// `{"error": {"code", "message", "status"}}`, bare or in a list of one; the code is a number or a word.
    let replies = ReplyRules(
        state: StateRules(
            [
                .queued: ["queued"], .running: ["in_progress"], .done: ["completed"], .cancelled: ["cancelled"], .failed: Google.failures,
            ], reported: Set(Google.failures)),
        errors: ErrorRules(
            messages: ["errors[0].message", "error.message", "[0].error.message"],
            codes: ["errors[0].code", "error.status", "error.code", "[0].error.status", "[0].error.code"],
            expiry: [ErrorRules.notFound, .words(["invalid interaction name"], mean: .expired, at: [400])]))

    private static let failures = ["failed", "incomplete", "budget_exceeded", "requires_action", "requires_continuation"]

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream), "background": true]
        if let task = task(of: job) { body["generation_config"] = ["video_config": ["task": .string(task)]] }
        body["input"] = input(job)
        body["previous_interaction_id"] = job.previous.map { .string($0[0]) }
        body["response_format"] = format(job)
        return Call(.start, .post, path: "/v1/interactions", body: .json(body))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(interactionCall(ticket, .status)) }

    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .post, path: "/v1/interactions/\(Percent.encoded(ticket[0]))/cancel") }

    private func interactionCall(_ ticket: Ticket, _ purpose: Call.Purpose) -> Call {
        var call = Call(purpose, .get, path: "/v1/interactions/\(Percent.encoded(ticket[0]))")
        call.query.add("stream", "false")
        return call
    }

    // MARK: The request

    /// Where the task is left out the vendor infers it: recorded from its own client (google-genai 3.4.0) for an image passed on as a URL,
    /// which leaves no doubt, while for bytes, references and videos the task is named.
    private func task(of job: Job) -> String? {
        switch job.operation {
        case .edit, .remix: return "edit"
        case .extend: return "extend"
        case .generate, .retake, .reframe, .hdr: break
        }
        if job.medium(.reference) != nil { return "reference_to_video" }
        guard let first = job.medium(.firstFrame) else { return "text_to_video" }
        if case .url = first.source, job.medium(.lastFrame) == nil { return nil }
        return "image_to_video"
    }

    private func input(_ job: Job) -> JSONValue {
        guard !job.media.isEmpty else { return .string(job.prompt ?? "") }
        // Of two images the first is the first frame and the second the last.
        let last = job.media.filter { $0.role == .lastFrame }
        var content = (job.media.filter { $0.role != .lastFrame } + last).map(part)
        if let prompt = job.prompt { content.append(["type": "text", "text": .string(prompt)]) }
        return [["type": "user_input", "content": .array(content)]]
    }

    private func part(_ medium: InputMedia) -> JSONValue {
        var part: JSONValue = ["type": .string(medium.kind.rawValue)]
        switch medium.source {
        case .url(let url), .reference(let url):
            part["uri"] = .string(url)
            part["mime_type"] = MediaType(nameIn: url).map { .string($0.text) }
        case .bytes(let type, _), .base64(let type, _):
            part["data"] = medium.urlOrBase64
            part["mime_type"] = .string(type.text)
        }
        return part
    }

    /// Durations are texts such as `8s`: a bare number is a 400.
    private func format(_ job: Job) -> JSONValue {
        var format: JSONValue = ["type": "video", "delivery": "uri"]
        format["aspect_ratio"] = job.frameFormat.aspectRatio.map { .string($0.description) }
        format["resolution"] = job.frameFormat.resolution.map { .string($0.text) }
        format["duration"] = job.duration?.seconds.flatMap(Number.text).map { .string($0 + "s") }
        return format
    }

    // MARK: The answers

    /// A video, or the moderation's refusal: then there is only text, and no video tokens were generated.
    func finished(_ json: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let parts = (json["steps"]?.elements ?? []).filter { $0["type"]?.string == "model_output" }.flatMap {
            $0["content"]?.elements ?? []
        }
        let assets = parts.compactMap { asset($0, ticket) }
        if !assets.isEmpty { return .progress(.done(assets)) }
        let words = parts.compactMap { $0["text"]?.string }.joined(separator: " ")
        return .progress(
            .failed(words.isEmpty ? .withoutVideo("no model_output") : VendorError(reply, message: words).fault(.moderated)))
    }

    private func asset(_ part: JSON, _ ticket: Ticket) -> Asset? {
        guard part["type"]?.string == "video" else { return nil }
        let type = part["mime_type"]?.string.flatMap { MediaType(field: $0) }
        if let uri = part["uri"]?.string, !uri.isEmpty { return Asset(.video, place(of: uri), type: type) }
        return part["data"].flatMap { Asset(base64: $0, in: interactionCall(ticket, .content), type: type) }
    }

    /// Files of the vendor are fetched with the key and `alt=media`; nothing else gets the key.
    private func place(of uri: String) -> Asset.Place {
        guard let host = card.hosts[VendorCard.mainHost], uri.hasPrefix(host + "/") else { return .url(uri, credentials: false) }
        let halves = uri.dropFirst(host.count).split(separator: "?", maxSplits: 1)
        var call = Call(.content, .get, path: String(halves[0]))
        call.query = halves.count > 1 ? Query(parsing: Bytes(halves[1].utf8)[...]) : Query()
        if call.query["alt"] == nil { call.query.add("alt", "media") }
        return .call(call)
    }

    /// An unknown id is a 400 here; any other 400 has been seen to pass while the job went on.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.status == 400, !replies.errors.isExpiry(reply) else { return try pollStep(from: reply, for: ticket) }
        let error = replies.errors.error(reply)
        throw error.fault(error.message?.lowercased().contains("api key") == true ? .vendorCredentials : .vendorUnavailable)
    }

    func refusal(_ reply: Reply) -> Fault { GoogleStatus(reply).refusal }
}

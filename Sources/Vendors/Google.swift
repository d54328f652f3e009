import Jobs
import Wire

/// Google's Gemini API with a key: Gemini Omni through Interactions. Clips come as a file that needs the key, or as base64 in the answer; a
/// refusal by its content filters is a completed interaction that holds only words.
struct Google: Vendor {
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

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream), "background": true]
        if let task = task(of: job) { body["generation_config"] = ["video_config": ["task": .string(task)]] }
        body["input"] = input(job)
        body["previous_interaction_id"] = job.previous.map { .string($0[0]) }
        body["response_format"] = format(job)
        return Call(.start, .post, path: "/v1/interactions", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else {
            throw Fault(.vendorNonsense, "The vendor accepted the job but gave no id for it.", detail: "no id")
        }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(interactionCall(ticket, .status)) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.isSuccess else { return .progress(.failed(try pollFault(from: reply))) }
        let json = try reply.parsed()
        switch json["status"]?.string {
        case "queued": return .progress(.queued)
        case "in_progress": return .progress(.running(percent: nil))
        case "completed": return .progress(finished(json, reply, ticket: ticket))
        case "cancelled": return .progress(.failed(Fault(.vendorCancelled, "The job was cancelled at the vendor.")))
        case let word? where Google.failures.contains(word): return .progress(.failed(failure(json, reply, word: word)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .post, path: "/v1/interactions/\(Percent.encoded(ticket[0]))/cancel") }

    private static let failures: Set<String> = ["failed", "incomplete", "budget_exceeded", "requires_action", "requires_continuation"]

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
    private func finished(_ json: JSON, _ reply: Reply, ticket: Ticket) -> Progress {
        let parts = (json["steps"]?.elements ?? []).filter { $0["type"]?.string == "model_output" }.flatMap {
            $0["content"]?.elements ?? []
        }
        let assets = parts.compactMap { asset($0, ticket) }
        if !assets.isEmpty { return .done(assets) }
        let words = parts.compactMap { $0["text"]?.string }.joined(separator: " ")
        if words.isEmpty {
            return .failed(Fault(.vendorNonsense, "The vendor finished the job without a video.", detail: "no model_output"))
        }
        return .failed(VendorError(reply, message: words).fault(.moderated))
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

    private func failure(_ json: JSON, _ reply: Reply, word: String) -> Fault {
        let error = json["errors"]?[0] ?? json["error"]
        let message = error?["message"]?.string
        let code = error?["code"]?.string ?? word
        return VendorError(reply, message: message, code: code).fault(VendorError.looksModerated(message) ? .moderated : .vendorFailed)
    }

    /// A state that cannot be learnt. An unknown id is a 400 here; any other 400 has been seen to pass while the job went on.
    private func pollFault(from reply: Reply) throws(Fault) -> Fault {
        let (message, code) = words(of: reply)
        let refusal = VendorError(reply, message: message, code: code)
        if reply.status == 404 || reply.status == 410 { return refusal.fault(.vendorExpired) }
        guard reply.status == 400 else { throw self.refusal(reply) }
        if message?.contains("Invalid interaction name") == true { return refusal.fault(.vendorExpired) }
        throw isBadKey(message) ? refusal.fault(.vendorCredentials) : refusal.fault(.vendorUnavailable)
    }

    private func refusal(_ reply: Reply) -> Fault {
        let (message, code) = words(of: reply)
        var refusal = VendorError(reply, message: message, code: code)
        refusal.retryAfter = refusal.retryAfter ?? pause(reply)
        return refusal.fault
    }

    private func isBadKey(_ message: String?) -> Bool { message?.lowercased().contains("api key") == true }

    /// `{"error": {"code", "message", "status"}}`, bare or in a list of one; the code is a number or a word.
    private func error(in reply: Reply) -> JSON? { reply.json.flatMap { ($0[0] ?? $0)["error"] } }

    private func words(of reply: Reply) -> (message: String?, code: String?) {
        let error = error(in: reply)
        return (error?["message"]?.string, error?["status"]?.string ?? error?["code"]?.string)
    }

    /// `retryDelay` of google.rpc.RetryInfo: `31s`.
    private func pause(_ reply: Reply) -> Duration? {
        let texts = (error(in: reply)?["details"]?.elements ?? []).compactMap { $0["retryDelay"]?.string }
        guard let seconds = texts.first.flatMap({ Double($0.dropLast()) }), (0...3600).contains(seconds) else { return nil }
        return Number.duration(seconds: seconds)
    }
}

import Jobs
import Wire

/// Servers that speak OpenAI's Videos API: vLLM-Omni, SGLang, Azure's v1, another Genlock. They differ in what they read (multipart or
/// JSON) and in how they report failed jobs; the settings decide between them, all other forms are accepted.
struct OpenAICompatible: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "openai-compatible", title: "OpenAI-compatible server", docs: "https://platform.openai.com/docs/api-reference/videos",
            host: "http://127.0.0.1:8000/v1", auth: .bearer, secrets: ["api_key": []])
        card.settings = [
            VendorCard.Setting("encoding", fallback: "multipart", choices: ["multipart", "json"]),
            VendorCard.Setting("reference", fallback: "object", choices: ["object", "text"]),
            VendorCard.Setting("auth", fallback: "bearer", choices: ["bearer", "api-key"]),
        ]
        card.pollInterval = .seconds(2)
        card.transports = [.image: .inline, .video: .inline, .audio: .inline]
        card.extras = [
            "num_frames", "num_inference_steps", "guidance_scale", "guidance_scale_2", "true_cfg_scale", "flow_shift", "boundary_ratio",
            "width", "height",
            "extra_params", "extra_body", "quality",
        ]
        return card
    }()
    let replies = ReplyRules(
        state: StateRules(
            [
                .queued: ["queued", "pending", "submitted", "not_start"],
                .running: ["in_progress", "running", "processing", "preprocessing", "generating"],
                .done: ["completed", "succeeded", "success"], .failed: ["failed", "error"],
                .cancelled: ["cancelled", "canceled", "deleted"], .expired: ["expired"],
            ], percent: ["progress"]),
        errors: ErrorRules(messages: ["error.message", "error"], codes: ["error.code"]))
    /// vLLM-Omni reads nothing but multipart; Azure and most gateways read either.
    private var isJSON = false
    /// SGLang expects an image in JSON as a text, OpenAI as `{"image_url": …}`.
    private var isPlainReference = false

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        vendor.isJSON = settings["encoding"] == "json"
        vendor.isPlainReference = settings["reference"] == "text"
        if vendor.isJSON { vendor.card.transports[.image] = [.url, .inline] }
        if settings["auth"] == "api-key" { vendor.card.auth = .header("api-key", prefix: "") }
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let previous = job.previous.map { Percent.encoded($0[0]) }
        switch job.operation {
        case .generate: return Call(.start, .post, path: "/videos", body: try body(job, model))
        case .remix:
            guard let previous else { throw unsupportedFault("A video made by this server is needed to remix.", "video") }
            try rejectMoreThanPrompt(job, model)
            return Call(.start, .post, path: "/videos/\(previous)/remix", body: .json(["prompt": .string(job.prompt ?? "")]))
        case .edit: return Call(.start, .post, path: "/videos/edits", body: try body(job, model))
        case .extend(.end, _): return Call(.start, .post, path: "/videos/extensions", body: try body(job, model))
        case .extend(.start, _), .retake, .reframe, .hdr:
            throw unsupportedFault("This server cannot \(job.operation.name) a video in this way.", "model")
        }
    }

    /// A remix has no field but the prompt. Other parameters would be lost.
    private func rejectMoreThanPrompt(_ job: Job, _ model: Model) throws(Fault) {
        let more = job.media.first?.param ?? optionFields(job, model).first { $0.name != "prompt" }?.name ?? job.extras.first?.name
        guard let more else { return }
        throw unsupportedFault("A remix at this server takes a prompt and nothing else.", more)
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket))) }

    /// A failed job may come with an HTTP error status around the video object (vLLM-Omni). Servers differ in the case of their words.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard let json = reply.json, let word = json["status"]?.string else { return try pollStep(from: reply, for: ticket) }
        let known = word.lowercased()
        return try pollStep(for: ticket, task: json, word: replies.state.words[known] == nil ? word : known, reply)
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        .progress(.done([Asset(.video, place(task, ticket))]))
    }

    /// The code of a failed job is a text or a number, and may be missing.
    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String?) -> Fault {
        var fault = replies.errors.failure(kind, of: task, in: reply, word: kind == .vendorFailed ? "video_generation_failed" : word)
        if reply.isSuccess || kind != .vendorExpired { fault.code = fault.vendorCode }
        return fault
    }

    /// Deleting aborts a running job where the server can.
    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .delete, path: path(ticket)) }

    private func path(_ ticket: Ticket) -> String { "/videos/\(Percent.encoded(ticket[0]))" }

    // MARK: The request

    private func body(_ job: Job, _ model: Model) throws(Fault) -> Call.Body {
        var fields = optionFields(job, model)
        for (name, value) in job.extras where card.extras.contains(name) && !fields.contains(where: { $0.name == name }) {
            fields.append((name, value))
        }
        return isJSON ? .json(try json(job, fields)) : .multipart(try parts(job, fields))
    }

    /// The fields of OpenAI's API, then those that its imitators have beyond it, by their commonest names.
    private func optionFields(_ job: Job, _ model: Model) -> [(name: String, value: JSONValue)] {
        let continues = job.operation != .generate
        let all: [(name: String, value: JSONValue?)] = [
            ("prompt", job.prompt.map(JSONValue.string)),
            ("model", continues ? nil : .string(model.upstream)),
            ("seconds", job.duration?.seconds.flatMap(Number.text).map(JSONValue.string)),
            ("size", job.frameFormat.size.map { .string($0.description) }),
            ("resolution", job.frameFormat.size == nil ? job.frameFormat.resolution.map { .string($0.text) } : nil),
            ("aspect_ratio", job.frameFormat.size == nil ? job.frameFormat.aspectRatio.map { .string($0.description) } : nil),
        ]
        let options = Parameter.scalarValues(of: job).map { (OpenAICompatible.names[$0.name] ?? $0.name, $1) }
        return all.compactMap { name, value in value.map { (name, $0) } } + options
    }

    /// Where it is not the neutral name.
    private static let names = ["guidance": "guidance_scale", "audio": "generate_audio", "count": "n"]

    private func json(_ job: Job, _ fields: [(name: String, value: JSONValue)]) throws(Fault) -> JSONValue {
        var body = JSONValue.object(fields)
        body["video"] = job.previous.map { ["id": .string($0[0])] }
        var references: [JSONValue] = []
        for medium in job.media {
            guard let name = try field(medium) else { continue }
            guard medium.kind == .image else {
                throw unsupportedFault("A \(medium.kind.rawValue) cannot be sent to this server as JSON.", medium.param)
            }
            let picture = isPlainReference ? medium.urlOrDataURI : ["image_url": medium.urlOrDataURI]
            if name == "input_references" { references.append(picture) } else { body[name] = picture }
        }
        if !references.isEmpty { body["input_references"] = .array(references) }
        return body
    }

    private func parts(_ job: Job, _ fields: [(name: String, value: JSONValue)]) throws(Fault) -> [Call.Part] {
        var parts = fields.map { name, value in
            if case .string(let text) = value { Call.Part.text(name: name, text) } else { Call.Part.text(name: name, value.text) }
        }
        if let previous = job.previous { parts.append(.text(name: "video[id]", previous[0])) }
        for medium in job.media {
            guard let name = try field(medium) else { continue }
            switch medium.source {
            case .bytes(let type, let bytes):
                parts.append(.file(name: name, fileName: medium.kind.rawValue + type.fileEnding, type, bytes))
            case .base64(let type, let text):
                guard let bytes = try? Base64.standard.decode(text) else {
                    throw unsupportedFault("The \(medium.kind.rawValue) is not base64.", medium.param)
                }
                parts.append(.file(name: name, fileName: medium.kind.rawValue + type.fileEnding, type, bytes[...]))
            case .url, .reference:
                throw unsupportedFault("The \(medium.kind.rawValue) must be given as a file.", medium.param)
            }
        }
        return parts
    }

    private func field(_ medium: InputMedia) throws(Fault) -> String? {
        switch (medium.role, medium.kind) {
        case (.firstFrame, .image): return "input_reference"
        case (.reference, .image): return "input_references"
        case (.source, .video): return "video"
        default: throw unsupportedFault("This server takes no \(medium.kind.rawValue) as \(medium.role.name).", medium.param)
        }
    }

    private func unsupportedFault(_ message: String, _ param: String) -> Fault {
        Fault(.unsupported, message, param: param, code: "unsupported", sent: .no)
    }

    // MARK: The answers

    /// A link that needs no key where the object has one (SGLang's uploads to a cloud answer nothing else), else the content route; never
    /// with `variant`, which some servers take for an index.
    private func place(_ json: JSON, _ ticket: Ticket) -> Asset.Place {
        guard let url = json["url"]?.string ?? json["video_url"]?.string, !url.isEmpty else {
            return .call(Call(.content, .get, path: path(ticket) + "/content"))
        }
        if url.contains("://") { return .url(url, credentials: false) }
        // Relative to the server; its base URL ends in /v1.
        return .call(Call(.content, .get, path: url.hasPrefix("/v1/") ? String(url.dropFirst(3)) : url.hasPrefix("/") ? url : "/" + url))
    }

    /// An error in OpenAI's form keeps its sentence, `param` and `code`: clients match on them.
    func refusal(_ reply: Reply) -> Fault {
        let error = reply.json?["error"]
        let code = error?["code"]?.string
        var fault = VendorError(reply, code: code).fault
        if fault.kind == .vendorRefused, let message = error?["message"]?.string, VendorError.isSentence(message) {
            fault.message = VendorError.cleaned(message)
            fault.param = error?["param"]?.string
            fault.code = code
        }
        return fault
    }
}

import Jobs
import Wire

/// Luma's Agents API: one route for making, editing and reframing, distinguished by `type`. Results are links that are signed for an
/// hour; the next status call renews them.
struct LumaAgents: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "luma-agents", title: "Luma Agents", docs: "https://docs.agents.lumalabs.ai", host: "https://agents.lumalabs.ai/v1",
            auth: .bearer, secrets: ["api_key": ["LUMA_AGENTS_API_KEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline]]
        card.extras = ["user_id", "loop", "hdr", "exr_export", "edit"]
        card.resultTTL = .seconds(3600)
        card.refusalStatuses = [409]
        return card
    }()
    let replies = ReplyRules(
        state: StateRules(
            at: ["state"], [.queued: ["queued"], .running: ["processing"], .done: ["completed"], .failed: ["failed"]]),
        errors: ErrorRules(
            messages: ["failure_reason"], codes: ["failure_code"],
            failures: [
                .codes("content_moderated", mean: .moderated), .codes("budget_exhausted", mean: .balance),
                .codes("rate_limited", mean: .rate),
                .codes("image_too_large", "unsupported_format", "corrupt_input", "invalid_request", mean: .invalid),
            ], readsModerationWords: false))

    /// Positions of images are frame numbers.
    private static let framesPerSecond = 24

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream), "type": .string(type(of: job))]
        body["prompt"] = job.prompt.map(JSONValue.string)
        if !model.aspectRatios.isEmpty { body["aspect_ratio"] = job.frameFormat.aspectRatio.map { .string($0.description) } }
        let video = try video(job, model)
        if case .object(let members) = video, !members.isEmpty { body["video"] = video }
        body["source"] = try source(of: job)
        for (name, value) in job.extras where name == "user_id" { body[name] = value }
        return Call(.start, .post, path: "/generations", body: .json(body))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: "/generations/" + Percent.encoded(ticket[0]))) }

    // MARK: The request

    private func type(of job: Job) -> String {
        switch job.operation {
        case .generate: job.medium(.source) == nil ? "video" : "video_edit"
        case .extend: "video"
        case .reframe: "video_reframe"
        case .edit, .remix, .retake, .hdr: "video_edit"
        }
    }

    private func video(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        var video = JSONValue.object([])
        if !model.resolutions.isEmpty { video["resolution"] = job.frameFormat.resolution.map { .string($0.text) } }
        video["duration"] = job.duration?.seconds.flatMap(Number.text).map { .string($0 + "s") }
        var keyframes: [(frame: Double, image: JSONValue)] = []
        for medium in job.media {
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): video["start_frame"] = file(medium)
            case (.lastFrame, .image): video["end_frame"] = file(medium)
            case (.keyframe(let second), .image): keyframes.append(((second * Double(LumaAgents.framesPerSecond)).rounded(), file(medium)))
            case (.source, .video): continue
            default: throw .unusable(medium)
            }
        }
        if case .extend(let edge, _) = job.operation, let previous = job.previous {
            video[edge == .end ? "start_frame" : "end_frame"] = ["generation_id": .string(previous[0])]
        }
        if !keyframes.isEmpty {
            video["keyframes"] = .array(keyframes.map(\.image))
            video["keyframe_indexes"] = .array(keyframes.map { .double($0.frame) })
        }
        // An edit must say how far it may go; the vendor's own controls are the least that can be said.
        if type(of: job) == "video_edit" { video["edit"] = ["auto_controls": true] }
        for (name, value) in job.extras where name != "user_id" && card.extras.contains(name) { video[name] = value }
        return video
    }

    private func source(of job: Job) throws(Fault) -> JSONValue? {
        if let medium = job.medium(.source) {
            var source = file(medium)
            if case .url(let url) = medium.source { source["media_type"] = MediaType(nameIn: url).map { .string($0.text) } }
            return source
        }
        if case .extend = job.operation { return nil }
        return job.previous.map { ["generation_id": .string($0[0])] }
    }

    private func file(_ medium: InputMedia) -> JSONValue {
        switch medium.source {
        case .url(let url): ["url": .string(url)]
        case .reference(let id): ["file_id": .string(id)]
        case .bytes(let type, _), .base64(let type, _): ["data": medium.urlOrBase64, "media_type": .string(type.text)]
        }
    }

    // MARK: The answers

    func finished(_ json: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let assets = (json["output"]?.elements ?? []).compactMap { item -> Asset? in
            guard let url = item["url"]?.string, url.contains("://"), let type = item["type"]?.string else { return nil }
            if type == "video" { return Asset(.video, .url(url, credentials: false)) }
            return type == "image" ? Asset(.thumbnail, .url(url, credentials: false)) : nil
        }
        return .progress(assets.contains { $0.kind == .video } ? .done(assets) : .failed(.withoutVideo("no video in output")))
    }
}

import Jobs
import Wire

/// xAI's Grok Imagine over REST; its own client speaks gRPC, from which the names of the newer fields are inferred. A video that moderation
/// held back is a job that is done, with an empty URL.
struct XAI: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "xai", title: "xAI", docs: "https://docs.x.ai/docs/guides/video-generations", host: "https://api.x.ai/v1", auth: .bearer,
            secrets: ["api_key": ["XAI_API_KEY"]])
        card.aliases = ["grok"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline], .audio: [.url, .inline]]
        card.extras = ["user", "reference_audios", "storage_options", "output"]
        return card
    }()
    let replies = ReplyRules(
        id: ["request_id"],
        state: StateRules(
            [.running: ["pending"], .done: ["done"], .failed: ["failed"], .expired: ["expired"]], reported: ["expired"],
            percent: ["progress"]),
        result: ResultRules(videos: ["video.url"]),
        errors: ErrorRules(messages: ["error.message", "error"], codes: ["error.code", "code"]))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        try rejectUploadAddress(job)
        let path =
            switch job.operation {
            case .extend: "/videos/extensions"
            case .edit, .remix, .retake, .reframe, .hdr: "/videos/edits"
            case .generate: job.medium(.source) == nil ? "/videos/generations" : "/videos/edits"
            }
        return Call(.start, .post, path: path, body: .json(try body(job, model)))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: "/videos/" + Percent.encoded(ticket[0]))) }

    /// 202 means that the job goes on, with a body or without.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        reply.status == 202 && reply.json?["status"] == nil
            ? .progress(.running(percent: nil)) : try pollStep(from: reply, for: ticket)
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if task.at("video", "respect_moderation")?.bool == false {
            return .progress(.failed(failure(.moderated, of: task, in: reply, word: "respect_moderation")))
        }
        return .progress(finished(with: replies.result.assets(in: task), task, reply))
    }

    // MARK: The request

    private func body(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        var body: JSONValue = ["model": .string(model.upstream)]
        body["prompt"] = job.prompt.map(JSONValue.string)
        body["duration"] = job.duration?.seconds.map(JSONValue.double)
        if !model.aspectRatios.isEmpty { body["aspect_ratio"] = job.frameFormat.aspectRatio.map { .string($0.description) } }
        if !model.resolutions.isEmpty { body["resolution"] = job.frameFormat.resolution.map { .string($0.text) } }
        body["generate_audio"] = job.audio.map(JSONValue.bool)
        try checkKeyframes(of: job, model)
        try put(job.media, &body)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return body
    }

    private func put(_ media: [InputMedia], _ body: inout JSONValue) throws(Fault) {
        var references: [JSONValue] = []
        var keyframes: [JSONValue] = []
        for medium in media {
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): body["image"] = file(medium)
            case (.lastFrame, .image): body["last_frame"] = file(medium)
            case (.source, .video): body["video"] = file(medium)
            case (.reference, .image): references.append(file(medium))
            case (.keyframe(let second), .image): keyframes.append(["image": file(medium), "timestamp_s": .double(second)])
            default: throw .unusable(medium)
            }
        }
        if !references.isEmpty { body["reference_images"] = .array(references) }
        if !keyframes.isEmpty { body["keyframes"] = .array(keyframes) }
    }

    /// `output.upload_url`, which xAI demands of teams with zero data retention: it puts the video there and answers with no URL, so that
    /// the job would be paid for and never have content here.
    private func rejectUploadAddress(_ job: Job) throws(Fault) {
        guard job.extras.contains(where: { $0.name == "output" }) else { return }
        let message =
            "'output' is not supported: xAI would upload the video to that address and return no URL to download it by. "
            + "Use an API key of a team without zero data retention."
        throw Fault(.unsupported, message, param: "output", code: "unsupported", sent: .no)
    }

    /// Keyframes are strictly inside the video (xai-sdk 1.21.0, `keyframes` of `video.generate`).
    private func checkKeyframes(of job: Job, _ model: Model) throws(Fault) {
        let end = job.duration?.seconds ?? model.durations.maxSeconds
        for medium in job.media {
            guard case .keyframe(let second) = medium.role else { continue }
            if second > 0, end.map({ second < $0 }) ?? true { continue }
            let limit = end.flatMap(Number.text).map { " and below \($0)" } ?? ""
            let message = "The timestamp of a keyframe must be above 0\(limit) seconds: inside the clip, not at its ends."
            throw Fault(.invalid, message, param: medium.param, code: "invalid_value", sent: .no)
        }
    }

    private func file(_ medium: InputMedia) -> JSONValue {
        if case .reference(let id) = medium.source { ["file_id": .string(id)] } else { ["url": medium.urlOrDataURI] }
    }
}

import Jobs
import Wire

/// Alibaba's Model Studio: Wan and HappyHorse. Up to Wan 2.6 each kind of image has a field of its own and text jobs go by sizes in
/// pixels; from 2.7 on media stand in one list and all jobs go by resolution and ratio. A failed task is HTTP 200.
struct DashScope: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "dashscope", title: "Alibaba Model Studio",
            docs: "https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference",
            host: DashScope.hosts["intl"] ?? "", auth: .bearer, secrets: ["api_key": ["DASHSCOPE_API_KEY"]])
        card.aliases = ["wan", "alibaba"]
        card.settings = [VendorCard.Setting("region", fallback: "intl", choices: DashScope.hosts.keys.sorted())]
        card.pollInterval = .seconds(15)
        card.transports = [.image: [.url, .upload], .video: [.url, .upload], .audio: [.url, .upload]]
        card.extras = ["audio_setting", "enable_thinking", "shot_type", "template"]
        card.resultTTL = .seconds(24 * 3600)
        return card
    }()
    let replies = ReplyRules(
        id: ["output.task_id"],
        state: StateRules(
            at: ["output.task_status"],
            [
                .queued: ["PENDING", "SUSPENDED"], .running: ["RUNNING"], .done: ["SUCCEEDED"], .failed: ["FAILED"],
                .cancelled: ["CANCELED"],
                // Older than a day, or of another region.
                .expired: ["UNKNOWN"],
            ], reported: ["UNKNOWN"]),
        result: ResultRules(videos: ["output.video_url"]),
        errors: ErrorRules(
            messages: ["output.message", "message"], codes: ["output.code", "code"],
            rules: [
                .codes("*DataInspectionFailed*", mean: .moderated),
                .codes("Arrearage", mean: .balance),
                .codes("InvalidApiKey", mean: .credentials),
                .codes("Model.AccessDenied", "ModelNotFound", "AccessDenied.Unpurchased", mean: .model),
                .codes("AllocationQuota.FreeTierOnly", mean: .modelQuota),
                .codes("RequestTimeOut", mean: .timeout),
                .codes("ModelUnavailable", mean: .overloaded),
            ], readsModerationWords: false))

    /// Model, host and key must be of one region.
    private static let hosts = [
        "intl": "https://dashscope-intl.aliyuncs.com/api/v1", "cn": "https://dashscope.aliyuncs.com/api/v1",
        "us": "https://dashscope-us.aliyuncs.com/api/v1",
    ]

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        if let host = settings["region"].flatMap({ DashScope.hosts[$0] }) { vendor.card.hosts[VendorCard.mainHost] = host }
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let body: JSONValue = [
            "model": .string(model.upstream), "input": input(job, model), "parameters": parameters(job, model),
        ]
        let isKeyframed = isFields(model) && job.medium(.firstFrame) != nil && job.medium(.lastFrame) != nil
        let kind = isKeyframed ? "image2video" : "video-generation"
        var call = Call(.start, .post, path: "/services/aigc/\(kind)/video-synthesis", body: .json(body))
        call.headers.append(("x-dashscope-async", "enable"))
        if job.media.contains(where: isStored) { call.headers.append(("x-dashscope-ossresourceresolve", "enable")) }
        return call
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket))) }

    /// Only waiting tasks can be cancelled.
    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .post, path: path(ticket) + "/cancel") }

    /// Success means that the task was waiting and is cancelled; the answer contains nothing else.
    func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome { reply.isSuccess ? .cancelled : .refused }

    private func path(_ ticket: Ticket) -> String { "/tasks/\(Percent.encoded(ticket[0]))" }

    // MARK: The request

    /// `extend_prompt` and `function` are constants that the official client sends with every job.
    private func input(_ job: Job, _ model: Model) -> JSONValue {
        var input = JSONValue.object([])
        input["prompt"] = job.prompt.map(JSONValue.string)
        input["extend_prompt"] = true
        input["negative_prompt"] = job.negativePrompt.map(JSONValue.string)
        input["function"] = "video-synthesis"
        input["template"] = job.extras.first { $0.name == "template" }?.value
        if isFields(model) {
            putFields(job, &input)
        } else if !job.media.isEmpty {
            input["media"] = .array(list(job, FieldNames(model.wire)))
        }
        return input
    }

    private func putFields(_ job: Job, _ input: inout JSONValue) {
        let last = job.medium(.lastFrame)
        input[last == nil ? "img_url" : "first_frame_url"] = job.medium(.firstFrame)?.urlOrDataURI
        input["last_frame_url"] = last?.urlOrDataURI
        let references = job.media(.reference).map(\.urlOrDataURI)
        if !references.isEmpty { input["reference_urls"] = .array(references) }
        input["audio_url"] = job.medium(.audio)?.urlOrDataURI
    }

    /// Wan 2.7 takes audio as the voices of its references, in order; Wan 3.0 as references of their own.
    private func list(_ job: Job, _ wire: FieldNames) -> [JSONValue] {
        var voices = wire["voices"] == nil ? [] : job.media(.reference, .audio)[...]
        let media = voices.isEmpty ? job.media : job.media.filter { $0.role != .reference || $0.kind != .audio }
        return media.map { medium in
            var part: JSONValue = ["type": .string(type(medium, in: job)), "url": medium.urlOrDataURI]
            if medium.role == .reference { part["reference_voice"] = voices.popFirst()?.urlOrDataURI }
            return part
        }
    }

    private func type(_ medium: InputMedia, in job: Job) -> String {
        switch medium.role {
        case .firstFrame: "first_frame"
        case .lastFrame: "last_frame"
        case .reference, .keyframe, .mask: "reference_" + medium.kind.rawValue
        case .source: if case .extend = job.operation { "first_clip" } else { "video" }
        case .audio: "driving_audio"
        }
    }

    private func isStored(_ medium: InputMedia) -> Bool {
        if case .reference(let name) = medium.source { name.hasPrefix("oss://") } else { false }
    }

    private func parameters(_ job: Job, _ model: Model) -> JSONValue {
        var parameters = JSONValue.object([])
        if isFields(model) && job.medium(.firstFrame) == nil {
            parameters["size"] = job.frameFormat.size.map { .string("\($0.width)*\($0.height)") }
        } else {
            parameters["resolution"] = model.selectedResolution(for: job).map { .string($0.text.uppercased()) }
            let defaults = job.media.isEmpty ? nil : FieldNames(model.wire)["ratio_with_media"]
            parameters["ratio"] = (model.selectedAspectRatio(for: job)?.description ?? defaults).map(JSONValue.string)
        }
        parameters["duration"] = length(job)
        parameters["seed"] = job.seed.map(JSONValue.int)
        parameters["prompt_extend"] = job.enhancePrompt.map(JSONValue.bool)
        parameters["watermark"] = job.watermark.map(JSONValue.bool)
        parameters["shot_type"] = job.multiShot.map { $0 ? "multi" : "single" }
        parameters["audio"] = job.audio.map(JSONValue.bool)
        for (name, value) in job.extras where card.extras.contains(name) && name != "template" && parameters[name] == nil {
            parameters[name] = value
        }
        return parameters
    }

    private func length(_ job: Job) -> JSONValue? {
        switch job.duration {
        case nil: nil
        case .automatic: -1
        case .seconds(let seconds): .double(seconds)
        }
    }

    private func isFields(_ model: Model) -> Bool { FieldNames(model.wire)["form"] == "fields" }
}

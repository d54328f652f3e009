import Jobs
import Wire

/// Kling's API of 2026: the model is in the path, images and videos are in a list of contents, all else in `settings` and `options`.
/// Tasks are looked up in batches. A 200 is no success by itself: `code` has the result of the request.
struct Kling: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "kling", title: "Kling AI", docs: "https://kling.ai/document-api/apiReference/model/textToVideo",
            host: "https://api-singapore.klingai.com", auth: .bearer, secrets: ["api_key": ["KLING_API_KEY", "KLINGAI_API_KEY"]])
        card.settings = [VendorCard.Setting("region", fallback: "singapore", choices: ["singapore", "beijing"])]
        card.pollInterval = .seconds(5)
        // The documentation gives lists of ids as its examples and no bound; a URL of this many ids stays short.
        card.maxJobsPerStatusCall = 20
        card.transports = [.image: [.url, .inline], .video: .url, .audio: .url]
        card.extras = ["character_orientation", "external_task_id"]
        card.resultTTL = .seconds(30 * 24 * 3600)
        return card
    }()
    let replies = ReplyRules(
        id: ["data.id"],
        state: StateRules([.queued: ["submitted"], .running: ["processing"], .done: ["succeeded"], .failed: ["failed"]]),
        errors: Kling.errors)

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        if settings["region"] == "beijing" { vendor.card.hosts[VendorCard.mainHost] = Kling.beijing }
        return vendor
    }

    static let beijing = "https://api-beijing.klingai.com"

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let isFourth = FieldNames(model.wire)["generation"] == "4"
        if isFourth { try job.rejectExtras(["external_task_id"]) } else { try Kling.checkCount(job.media) }
        let endpoint = endpoint(job, model)
        if endpoint != "motion-control" { try job.rejectExtras(["character_orientation"]) }
        var body = JSONValue.object([])
        if endpoint == "text-to-video" {
            body["prompt"] = job.prompt.map(JSONValue.string)
        } else {
            body["contents"] = .array(contents(job, endpoint))
        }
        let settings = isFourth ? requiredSettings(job, model) : settings(job, model, endpoint: endpoint)
        if case .object(let members) = settings, !members.isEmpty { body["settings"] = settings }
        let name = isFourth ? nil : Kling.name(of: job)
        body["options"] = options(job, named: name)
        var call = Call(.start, .post, path: "/\(endpoint)/\(Percent.encoded(model.upstream))", body: .json(body))
        call.correlationKey = name.map { CorrelationKey($0) }
        return call
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Kling.tasks(.status, "task_ids", ids: [ticket[0]])) }

    func statusCall(for tickets: [Ticket]) -> Call? { Kling.tasks(.status, "task_ids", ids: tickets.map { $0[0] }) }

    func progress(in reply: Reply, for ticket: Ticket) -> Progress? {
        guard Kling.errors.isSuccess(reply), case .progress(let progress)? = try? pollStep(inList: reply, for: ticket) else { return nil }
        return progress
    }

    /// The tasks of those ids, as `task_ids` or `external_task_ids`.
    private static func tasks(_ purpose: Call.Purpose, _ name: String, ids: [String]) -> Call {
        var call = Call(purpose, .get, path: "/tasks")
        call.query.add(name, ids.joined(separator: ","))
        return call
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard Kling.errors.isSuccess(reply) else { return .progress(.failed(try pollFault(from: reply))) }
        _ = try reply.parsed()
        return try pollStep(inList: reply, for: ticket) ?? .progress(.unknown("no such task"))
    }

    /// Nil if the task is not in the list.
    private func pollStep(inList reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep? {
        guard let task = reply.json?["data"]?.elements.first(where: { $0["id"]?.string == ticket[0] }) else { return nil }
        return try pollStep(for: ticket, task: task, word: task["status"]?.string ?? "no state", reply)
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let videos = task["outputs"]?.elements.filter { $0["type"]?.string == "video" } ?? []
        return .progress(finished(with: videos.flatMap { ResultRules(videos: ["url"]).assets(in: $0) }, task, reply))
    }

    func lookupCall(for correlationKey: CorrelationKey) -> Call? { Kling.tasks(.lookup, "external_task_ids", ids: [correlationKey[0]]) }

    func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket? {
        guard Kling.errors.isSuccess(reply) else {
            _ = try pollFault(from: reply)
            return nil
        }
        let task = try reply.parsed()["data"]?.elements.first { $0["external_id"]?.string == correlationKey[0] }
        return task?["id"]?.string.map { Ticket($0) }
    }

    // MARK: The request

    private func endpoint(_ job: Job, _ model: Model) -> String {
        FieldNames(model.wire)["endpoint"] ?? (job.media.isEmpty ? "text-to-video" : "image-to-video")
    }

    private func contents(_ job: Job, _ endpoint: String) -> [JSONValue] {
        var contents: [JSONValue] = []
        if let prompt = job.prompt { contents.append(["type": "prompt", "text": .string(prompt)]) }
        if endpoint == "motion-control" {
            return contents + job.media.map { ["type": .string($0.kind.rawValue), "url": $0.urlOrBase64] }
        }
        var names = job.promptNames[...]
        var ordinals: [InputMedia.Kind: Int] = [:]
        for medium in job.media {
            var part: JSONValue = ["type": .string(type(medium)), "url": medium.urlOrBase64]
            if medium.role == .reference {
                ordinals[medium.kind, default: 0] += 1
                part["id"] = .string(names.popFirst() ?? "\(medium.kind.rawValue)_\(ordinals[medium.kind] ?? 1)")
            }
            contents.append(part)
        }
        return contents
    }

    private func type(_ medium: InputMedia) -> String {
        switch medium.role {
        case .firstFrame: "first_frame"
        case .lastFrame: "last_frame"
        case .source: "base_video"
        case .reference, .keyframe, .audio, .mask: medium.kind == .video ? "feature_video" : "refer_image"
        }
    }

    /// Where a video is edited or drives a figure, length and proportions are its own. `multi_shot` is on by default: one shot is asked for
    /// unless the client wants cuts.
    private func settings(_ job: Job, _ model: Model, endpoint: String) -> JSONValue {
        let wire = FieldNames(model.wire)
        let follows = job.medium(.source) != nil
        var settings = JSONValue.object([])
        settings["resolution"] = model.selectedResolution(for: job).map { .string($0.text) }
        settings["aspect_ratio"] = aspectRatio(job, model, endpoint: endpoint).map { .string($0.description) }
        if !follows { settings["duration"] = job.duration?.seconds.map(JSONValue.double) }
        if endpoint == "motion-control" {
            settings["character_orientation"] = job.extras.first { $0.name == "character_orientation" }?.value ?? "video"
        }
        settings["audio"] = (follows ? (job.audio == false ? "off" : "original") : sound(job, wire)).map(JSONValue.string)
        if !follows, wire["multi_shot"] == "default" { settings["multi_shot"] = .bool(job.multiShot ?? false) }
        return settings
    }

    /// Kling 4.0 requires length and resolution, and has no switch for audio, no shots, and no name of the caller's for a task
    /// (docs.comfy.org, Comfy Router, kling-4-0, 2026-11). An edited video is as long as its source.
    private func requiredSettings(_ job: Job, _ model: Model) -> JSONValue {
        var settings = JSONValue.object([])
        settings["resolution"] = (model.selectedResolution(for: job) ?? model.defaults.frameFormat.resolution).map { .string($0.text) }
        settings["aspect_ratio"] = model.selectedAspectRatio(for: job).map { .string($0.description) }
        if job.medium(.source) == nil { settings["duration"] = (job.duration?.seconds ?? model.defaults.seconds).map(JSONValue.double) }
        return settings
    }

    private func sound(_ job: Job, _ wire: FieldNames) -> String? {
        guard let audio = job.audio else { return wire["silent"] }
        return audio ? wire["sound"] ?? "native" : "off"
    }

    /// The omni models require it unless a first frame or a video shows it.
    private func aspectRatio(_ job: Job, _ model: Model, endpoint: String) -> AspectRatio? {
        let isShown = job.medium(.firstFrame) != nil || job.medium(.source) != nil
        return model.selectedAspectRatio(for: job) ?? (endpoint == "omni-video" && !isShown ? model.defaults.frameFormat.aspectRatio : nil)
    }

    private func options(_ job: Job, named name: String?) -> JSONValue? {
        var options = JSONValue.object([])
        options["external_task_id"] = name.map(JSONValue.string)
        options["watermark_info"] = job.watermark.map { ["enabled": .bool($0)] }
        if case .object(let members) = options, members.isEmpty { return nil }
        return options
    }

    /// Seven images at most, four with a video.
    static func checkCount(_ media: [InputMedia]) throws(Fault) {
        let pictures = media.filter { $0.kind == .image }
        guard pictures.count > 4, media.contains(where: { $0.kind == .video }) else { return }
        throw Fault(
            .unsupported, "Too many images: \(pictures.count). At most 4 are supported beside a video.", param: pictures[4].param,
            code: "invalid_value", sent: .no)
    }
}

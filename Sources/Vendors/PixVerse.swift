import Jobs
import Wire

/// PixVerse's own platform: everything that goes in is uploaded first and named by a number; every answer is HTTP 200 with its own code,
/// and every call must carry an id that was never used before.
struct PixVerse: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "pixverse", title: "PixVerse", docs: "https://docs.platform.pixverse.ai", host: "https://app-api.pixverse.ai",
            auth: .header("api-key", prefix: ""), secrets: ["api_key": ["PIXVERSE_API_KEY"]])
        card.settings = [VendorCard.Setting("region", fallback: "intl", choices: ["intl", "cn"])]
        card.uuidHeaders = ["ai-trace-id"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.upload, .uploadFromURL], .video: [.upload, .uploadFromURL]]
        card.extras = ["motion_mode", "play_bgm", "sound_effect_content", "template_id", "thinking_type"]
        return card
    }()
    /// A code of refusal comes in place of an id; what an internal error means is not known. 500008 is not found, 500064 deleted.
    let replies = ReplyRules(
        id: ["Resp.video_id"], task: ["Resp"],
        // 2 and 3 are known to the vendor's own tool, not to its documents.
        state: StateRules(
            [.done: ["1"], .queued: ["2"], .running: ["3", "5"], .expired: ["6"], .moderated: ["7"], .failed: ["8"]],
            reported: ["6", "7", "8"]),
        result: ResultRules(videos: ["url"]),
        errors: ErrorRules(
            messages: ["ErrMsg"], codes: ["ErrCode"], successCodes: ["0"],
            rules: [
                .codes("1000*", "400012", "500020", mean: .credentials, proven: true),
                .codes("500044", mean: .busy, proven: true),
                .codes("500054", "500063", mean: .moderated, proven: true),
                // 500060: the plan's effects of this month are used up.
                .codes("500060", "500090", mean: .balance, proven: true),
                .codes(
                    "400*", "500030", "500031", "500032", "500033", "500041", "500042", "500070", "500071", "500008", "500064",
                    mean: .invalid, proven: true),
                .codes("500069", mean: .unavailable, proven: true),
                .status([200], means: .unavailable),
            ],
            expiry: [.codes("500008", "500064", mean: .expired)], readsModerationWords: false))

    /// Keys of one region are not known in the other.
    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        if settings["region"] == "cn" { vendor.card.hosts[VendorCard.mainHost] = "https://app-api.pixverseai.cn" }
        return vendor
    }

    // MARK: Uploads

    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep {
        guard let reply = replies.first else { return .call(try uploadCall(for: medium)) }
        let resp = try responseBody(of: reply)
        guard let id = (resp?["img_id"] ?? resp?["media_id"])?.int else {
            throw Fault(.vendorNonsense, "The vendor took the file but gave no id for it.", detail: "no img_id", sent: .no)
        }
        return .done(.reference(String(id)))
    }

    private func uploadCall(for medium: InputMedia) throws(Fault) -> Call {
        let isImage = medium.kind == .image
        var call = Call(.upload, .post, path: isImage ? "/openapi/v2/image/upload" : "/openapi/v2/media/upload")
        if case .url(let url) = medium.source {
            var form = Query([(isImage ? "image_url" : "file_url", url)])
            if !isImage { form.add("media_type", medium.kind.rawValue) }
            call.body = .form(form)
        } else {
            let (type, bytes) = try medium.contents()
            var parts = [Call.Part.file(name: isImage ? "image" : "file", fileName: medium.uploadName, type, bytes)]
            if !isImage { parts.append(.text(name: "media_type", medium.kind.rawValue)) }
            call.body = .multipart(parts)
        }
        return call
    }

    // MARK: The job

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let kind = kind(of: job)
        return Call(.start, .post, path: "/openapi/v2/video/\(kind)/generate", body: .json(try body(job, model, kind: kind)))
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/openapi/v2/video/result/" + Percent.encoded(ticket[0])))
    }

    // MARK: The request

    private func kind(of job: Job) -> String {
        if case .extend = job.operation { return "extend" }
        if job.medium(.reference) != nil { return "fusion" }
        if job.medium(.lastFrame) != nil { return "transition" }
        return job.medium(.firstFrame) == nil ? "text" : "img"
    }

    /// Length, quality and (for words alone) proportions are required: what the client left open is the model's usual.
    private func body(_ job: Job, _ model: Model, kind: String) throws(Fault) -> JSONValue {
        let wire = FieldNames(model.wire)
        var body: JSONValue = ["prompt": .string(job.prompt ?? ""), "model": .string(model.upstream)]
        body["duration"] = (job.duration?.seconds ?? model.defaults.seconds).map(JSONValue.double)
        body["quality"] = (job.frameFormat.resolution ?? model.defaults.frameFormat.resolution).map { .string($0.text) }
        if kind == "text" || kind == "fusion" {
            body["aspect_ratio"] = (job.frameFormat.aspectRatio ?? model.defaults.frameFormat.aspectRatio).map { .string($0.description) }
        }
        try put(job, &body)
        body["negative_prompt"] = job.negativePrompt.map(JSONValue.string)
        body["seed"] = job.seed.map(JSONValue.int)
        body["style"] = job.style.map(JSONValue.string)
        body["camera_movement"] = job.cameraMotion.map(JSONValue.string)
        body["generate_multi_clip_switch"] = job.multiShot.map(JSONValue.bool)
        body["water_mark"] = job.watermark.map(JSONValue.bool)
        body[wire["audio"]] = job.audio.map(JSONValue.bool)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        // What the vendor's own tool always sends for this route, unless the job has another value.
        for (name, value) in wire.object("always")?[kind]?.members ?? [] where body[name] == nil { body[name] = .parsed(value) }
        return body
    }

    private func put(_ job: Job, _ body: inout JSONValue) throws(Fault) {
        let isTransition = job.medium(.lastFrame) != nil
        let names = PixVerse.names(in: job.prompt ?? "")
        var references: [JSONValue] = []
        for medium in job.media {
            let id = try number(medium)
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): body[isTransition ? "first_frame_img" : "img_id"] = id
            case (.lastFrame, .image): body["last_frame_img"] = id
            case (.source, .video): body["video_media_id"] = id
            case (.reference, .image):
                let name = references.count < names.count ? names[references.count] : "image\(references.count + 1)"
                references.append(["type": "subject", "img_id": id, "ref_name": .string(name)])
            default: throw .unusable(medium)
            }
        }
        if !references.isEmpty { body["image_references"] = .array(references) }
        if let previous = job.previous { body["source_video_id"] = Int64(previous[0]).map(JSONValue.int) ?? .string(previous[0]) }
    }

    /// The number of an upload; behind a scheme, if the client named it.
    private func number(_ medium: InputMedia) throws(Fault) -> JSONValue {
        if case .reference(let name) = medium.source, let last = name.split(separator: "/").last, let id = Int64(last) { return .int(id) }
        let message = "The \(medium.kind.rawValue) must be a file, a URL, or the number of an upload."
        throw Fault(.invalid, message, param: medium.param, code: "invalid_value", sent: .no)
    }

    /// `hero` and `city` of `@hero in front of @city`: the prompt refers to the images by these names, in their order.
    private static func names(in prompt: String) -> [String] {
        let parts = prompt.split(separator: "@", omittingEmptySubsequences: false).dropFirst()
        let names = parts.map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
        return names.reduce(into: []) { if !$1.isEmpty && !$0.contains($1) { $0.append($1) } }
    }

    // MARK: The answers

    /// The contents of `Resp` where the vendor's own code means success.
    private func responseBody(of reply: Reply) throws(Fault) -> JSON? {
        guard replies.errors.isSuccess(reply) else { throw refusal(reply) }
        return try reply.parsed()["Resp"]
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        var assets = replies.result.assets(in: task)
        for place in assets.indices { assets[place].bytes = task["size"]?.int.flatMap { $0 > 0 ? $0 : nil } }
        return .progress(finished(with: assets, task, reply))
    }
}

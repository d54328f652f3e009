import Jobs
import Wire

/// Seedance on ByteDance's two clouds: Volcengine Ark in China and BytePlus ModelArk elsewhere. One contract on two hosts, with model ids
/// and keys of their own. Tasks are looked up by id; a failed one is still HTTP 200.
struct Ark: TaskVendor {
    let card: VendorCard
    let replies = ReplyRules(
        state: StateRules(
            [
                .queued: ["queued"], .running: ["running"], .done: ["succeeded"], .failed: ["failed"], .cancelled: ["cancelled"],
                .expired: ["expired"],
            ], reported: ["expired"]),
        result: ResultRules(videos: ["content.video_url", "content.file_url"], lastFrames: ["content.last_frame_url"]),
        errors: ErrorRules(
            messages: ["error.message"], codes: ["error.code"],
            rules: [
                .codes("*SensitiveContentDetected*", mean: .moderated),
                .codes("AccountOverdueError", mean: .balance),
                // The free trial of one model.
                .codes("QuotaExceeded", mean: .modelQuota),
                .codes("ModelNotOpen", "InvalidEndpoint.ClosedEndpoint", "InvalidEndpointOrModel.NotFound", mean: .model),
                .codes("ServerOverloaded", "ModelLoadingError", mean: .overloaded),
            ], readsModerationWords: false))

    static let volcengine = {
        var card = VendorCard(
            name: "ark", title: "Volcengine Ark", docs: "https://www.volcengine.com/docs/82379/1520757",
            host: "https://ark.cn-beijing.volces.com/api/v3", auth: .bearer, secrets: ["api_key": ["ARK_API_KEY"]])
        card.aliases = ["seedance", "volcengine"]
        // A copy of the vendor's page: it charges for videos that were made, and for no others (seen 2026-11-30).
        card.freeCancelSource = "https://docs.ai-tokenhub.com/en/api-guides/Doubao-Seedance-2.0-Billing-Instructions"
        return Ark(card)
    }()

    /// Its SDK reads `ARK_API_KEY` too, but the keys of the two clouds are not exchangeable: the variable is left to Ark.
    static let bytePlus = {
        var card = VendorCard(
            name: "modelark", title: "BytePlus ModelArk", docs: "https://docs.byteplus.com/en/docs/ModelArk/1520757",
            host: "https://ark.ap-southeast.bytepluses.com/api/v3", auth: .bearer,
            secrets: ["api_key": ["MODELARK_API_KEY", "BYTEPLUS_API_KEY"]])
        card.aliases = ["byteplus"]
        return Ark(card)
    }()

    private init(_ card: VendorCard) {
        var card = card
        card.pollInterval = .seconds(10)
        // A page of the list has up to 500; a URL of this many ids stays short.
        card.maxJobsPerStatusCall = 50
        // Videos are accepted as URLs only; images and audio also as data URIs.
        card.transports = [.image: [.url, .inline], .video: .url, .audio: [.url, .inline]]
        card.extras = [
            "camera_fixed", "draft", "execution_expires_after", "omni_reference_task_type", "output_format", "priority",
            "return_last_frame", "safety_identifier", "service_tier", "tools",
        ]
        // The old way to say them, which is still read (Ark's guide to prompts).
        card.pricedPromptFlags = ["--rs", "--resolution", "--dur", "--duration", "--frames", "--fps", "--framepersecond"]
        card.resultTTL = .seconds(24 * 3600)
        self.card = card
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        try checkReferences(job.media, model)
        if model.acceptsAnything {
            try job.rejectFields { ["audio", "seed", "watermark"].contains($0) || $0 == "camera_motion" && job.cameraMotion == "static" }
        }
        var body: JSONValue = ["model": .string(model.upstream), "content": .array(content(job))]
        body["generate_audio"] = job.audio.map(JSONValue.bool)
        body["camera_fixed"] = job.cameraMotion == nil ? nil : true
        body["watermark"] = job.watermark.map(JSONValue.bool)
        body["seed"] = job.seed.map(JSONValue.int)
        body["resolution"] = model.selectedResolution(for: job).map { .string($0.text) }
        body["ratio"] = aspectRatio(of: job, model)
        body["duration"] = duration(of: job)
        if let task = task(of: job) {
            body["omni_reference_task_type"] = .string(task)
            body["output_format"] = "mp4"
        }
        // What the client passes through overrides what follows from the job.
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return Call(.start, .post, path: Ark.tasks, body: .json(body))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket))) }

    func statusCall(for tickets: [Ticket]) -> Call? {
        var call = Call(.status, .get, path: Ark.tasks)
        call.query.add("page_num", "1")
        call.query.add("page_size", String(tickets.count))
        for ticket in tickets { call.query.add("filter.task_ids", ticket[0]) }
        return call
    }

    func progress(in reply: Reply, for ticket: Ticket) -> Progress? {
        guard reply.isSuccess, let task = reply.json?["items"]?.elements.first(where: { $0["id"]?.string == ticket[0] }) else { return nil }
        guard let word = task["status"]?.string else { return .unknown("no state") }
        guard case .progress(let progress)? = try? pollStep(for: ticket, task: task, word: word, reply) else { return nil }
        return progress
    }

    /// A task that expires was not done in time; one that is no longer known is a 404.
    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String?) -> Fault {
        if word == "expired" { return Fault(.vendorExpired, "The job was not done within its time at the vendor.", vendorCode: word) }
        return replies.errors.failure(kind, of: task, in: reply, word: word)
    }

    /// Cancels a queued task and is refused for a running one. The official clients send an empty object along.
    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .delete, path: path(ticket), body: .json([:])) }

    /// The answer is `{}`: a queued task is cancelled, and the record of one that has ended is deleted (document 82379/1520757).
    func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome { reply.isSuccess ? .gone : .refused }

    private static let tasks = "/contents/generations/tasks"

    private func path(_ ticket: Ticket) -> String { "\(Ark.tasks)/\(Percent.encoded(ticket[0]))" }

    // MARK: The request

    private func content(_ job: Job) -> [JSONValue] {
        let text = job.prompt.map { prompt -> JSONValue in ["type": "text", "text": .string(prompt)] }
        return (text.map { [$0] } ?? []) + job.media.map(part)
    }

    private func part(_ medium: InputMedia) -> JSONValue {
        let type = medium.kind.rawValue + "_url"
        var part: JSONValue = ["type": .string(type)]
        part[type] = ["url": medium.urlOrDataURI]
        part["role"] = .string(role(medium))
        return part
    }

    private func role(_ medium: InputMedia) -> String {
        switch medium.role {
        case .firstFrame: "first_frame"
        case .lastFrame: "last_frame"
        case .reference, .source, .audio, .keyframe, .mask: "reference_" + medium.kind.rawValue
        }
    }

    /// Before Seedance 2.5, audio is no reference of its own: the vendor requires an image or a video with it.
    private func checkReferences(_ media: [InputMedia], _ model: Model) throws(Fault) {
        guard !model.acceptsAnything, FieldNames(model.wire)["audio_alone"] != "taken" else { return }
        guard let sound = media.first(where: { $0.kind == .audio }), media.allSatisfy({ $0.kind == .audio }) else { return }
        throw Fault(
            .invalid, "This model accepts audio only together with an image or a video.", param: sound.param, code: "invalid_value",
            sent: .no)
    }

    /// A lone first frame goes with `adaptive`, as the official clients' samples have it; Seedance 2.5 refuses all else. An edited or
    /// extended clip keeps the frame of its source.
    private func aspectRatio(of job: Job, _ model: Model) -> JSONValue? {
        if let aspectRatio = model.selectedAspectRatio(for: job) { return .string(aspectRatio.description) }
        let isLoneFrame = job.medium(.firstFrame) != nil && job.medium(.lastFrame) == nil
        let followsSource = task(of: job) == "edit" || task(of: job) == "extend"
        return isLoneFrame || followsSource ? "adaptive" : nil
    }

    /// -1: the model decides. An edited video is as long as its source.
    private func duration(of job: Job) -> JSONValue? {
        if isEdit(job) { return -1 }
        switch job.duration {
        case nil: return nil
        case .automatic: return -1
        case .seconds(let seconds): return .double(seconds)
        }
    }

    private func isEdit(_ job: Job) -> Bool { task(of: job) == "edit" }

    /// Left out for plain references, where the vendor infers it.
    private func task(of job: Job) -> String? {
        switch job.operation {
        case .edit: "edit"
        case .extend: "extend"
        case .generate: job.medium(.source) == nil ? nil : "edit"
        case .remix, .retake, .reframe, .hdr: nil
        }
    }
}

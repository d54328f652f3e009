import Jobs
import Wire

/// Tencent Cloud's video creation (VCLM): Hunyuan, and Kling and Vidu resold. One path; the action in a header says what is done, and each
/// kind of job is asked for by the action that belongs to its own. Every answer is HTTP 200.
struct TencentVCLM: TaskVendor {
    private(set) var card = {
        var card = VendorCard(
            name: "tencent-vclm", title: "Tencent Cloud VCLM", docs: "https://cloud.tencent.com/document/product/1616",
            host: "https://vclm.tencentcloudapi.com", auth: .tc3(service: "vclm"),
            secrets: [
                "secret_id": ["TENCENTCLOUD_SECRET_ID"], "secret_key": ["TENCENTCLOUD_SECRET_KEY"],
                "session_token": ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_TOKEN"],
            ])
        card.aliases = ["tencent", "hunyuan"]
        card.settings = [VendorCard.Setting("region", environment: ["TENCENTCLOUD_REGION"], fallback: "ap-guangzhou")]
        card.pollInterval = .seconds(10)
        card.maxConcurrentJobs = 1
        card.transports = [.image: [.url, .inline], .video: .url]
        card.extras = [
            "AudioType", "Bgm", "CameraControl", "DynamicMasks", "ElementList", "IsRec", "LogoParam", "Mode", "MovementAmplitude",
            "MultiPrompt", "MultiShot", "OffPeak", "ShotType", "StaticMask", "Subjects", "VoiceId", "VoiceList",
        ]
        card.resultTTL = .seconds(24 * 3600)
        return card
    }()
    /// The codes of refusals are given before a job exists.
    let replies = ReplyRules(
        id: ["Response.JobId"], task: ["Response"],
        state: StateRules(at: ["Status"], [.queued: ["WAIT"], .running: ["RUN"], .done: ["DONE"], .failed: ["FAIL"]]),
        result: ResultRules(videos: ["ResultVideoUrl"]),
        errors: ErrorRules(
            messages: ["ErrorMessage", "Response.Error.Message"], codes: ["ErrorCode", "Response.Error.Code"],
            refusalMember: "Response.Error", rules: TencentVCLM.rules,
            expiry: [.codes("FailedOperation.JobNotExist", "FailedOperation.JobNotFound", mean: .expired)], readsModerationWords: false))

    private static let rules: [VendorErrorRule] = [
        .codes("FailedOperation.Moderation*", mean: .moderated, proven: true),
        .codes("RequestLimitExceeded.JobNumExceed*", mean: .busy, proven: true),
        // Images that cannot be fetched, decoded or used.
        .codes("FailedOperation.Image*", mean: .invalid, proven: true),
        .codes("AuthFailure*", mean: .credentials, proven: true), .codes("UnauthorizedOperation*", mean: .rights, proven: true),
        .codes("RequestLimitExceeded*", "LimitExceeded*", mean: .rate, proven: true),
        .codes("ResourceInsufficient*", "ResourcesSoldOut*", "ResourceUnavailable*", mean: .balance, proven: true),
        .codes("UnsupportedRegion*", mean: .model, proven: true),
        .codes("InternalError*", "FailedOperation*", mean: .unavailable),
        VendorErrorRule(meaning: .invalid, statuses: [200], provesRefusal: true),
    ]
    private var region = "ap-guangzhou"

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        vendor.region = settings["region"] ?? region
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let wire = FieldNames(model.wire)
        guard let action = wire["action"] else { throw Fault(.unknownModel, "This vendor has no such model.", param: "model", sent: .no) }
        var body = try FlatBody(job, on: model, extras: card.extras, elsewhere: ["media"]).members
        body[wire["model"]] = .string(model.upstream)
        switch wire["pictures"] {
        case "list": put(job.media, inLists: &body)
        case "roles": put(job.media, withRoles: &body)
        default:
            body["Image"] = job.medium(.firstFrame).map(imageBody)
            body["ImageTail"] = job.medium(.lastFrame).map(imageBody)
        }
        return call(.start, "Submit" + action, body: body)
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let id = try id(in: reply)
        let action = call.headers.first { $0.name == TencentVCLM.action }?.value ?? ""
        return Ticket(String(action.dropFirst("Submit".count)), id)
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(call(.status, "Describe" + ticket[0], body: ["JobId": .string(ticket[1])])) }

    // MARK: The request

    private static let action: HeaderName = "x-tc-action"

    private func call(_ purpose: Call.Purpose, _ action: String, body: JSONValue) -> Call {
        var call = Call(purpose, .post, path: "/", body: .json(body))
        call.headers = [
            (TencentVCLM.action, action), ("x-tc-version", "2024-05-23"), ("x-tc-region", region), ("x-tc-language", "zh-CN"),
        ]
        return call
    }

    private func imageBody(of medium: InputMedia) -> JSONValue {
        if case .url = medium.source { return ["Url": medium.urlOrBase64] }
        return ["Base64": medium.urlOrBase64]
    }

    /// Vidu: first and last frame, or references, in one list.
    private func put(_ media: [InputMedia], inLists body: inout JSONValue) {
        let pictures = media.filter { $0.kind == .image }.map(\.urlOrDataURI)
        let clips = media.filter { $0.kind == .video }.map(\.urlOrDataURI)
        if !pictures.isEmpty { body["Images"] = .array(pictures) }
        if !clips.isEmpty { body["Videos"] = .array(clips) }
    }

    /// Kling's omni models: each image has a role; a video is edited or is a reference.
    private func put(_ media: [InputMedia], withRoles body: inout JSONValue) {
        var pictures: [JSONValue] = []
        var clips: [JSONValue] = []
        for medium in media {
            if medium.kind == .video {
                clips.append(["VideoUrl": medium.urlOrDataURI, "ReferType": medium.role == .source ? "base" : "feature"])
                continue
            }
            var picture: JSONValue = ["ImageUrl": medium.urlOrDataURI]
            if medium.role == .firstFrame { picture["Type"] = "first_frame" }
            if medium.role == .lastFrame { picture["Type"] = "end_frame" }
            pictures.append(picture)
        }
        if !pictures.isEmpty { body["ImageList"] = .array(pictures) }
        if !clips.isEmpty { body["VideoList"] = .array(clips) }
    }
}

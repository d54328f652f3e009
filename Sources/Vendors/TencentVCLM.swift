import Jobs
import Wire

/// Tencent Cloud's video creation (VCLM): Hunyuan, and Kling and Vidu resold. One path; the action in a header says what is done, and each
/// kind of job is asked for by the action that belongs to its own. Every answer is HTTP 200.
struct TencentVCLM: Vendor {
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
        let answer = try responseBody(of: reply)
        guard let id = answer["JobId"]?.string, !id.isEmpty else { throw .withoutID("no JobId") }
        let action = call.headers.first { $0.name == TencentVCLM.action }?.value ?? ""
        return Ticket(String(action.dropFirst("Submit".count)), id)
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(call(.status, "Describe" + ticket[0], body: ["JobId": .string(ticket[1])])) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let answer: JSON
        do throws(Fault) {
            answer = try self.responseBody(of: reply)
        } catch {
            guard TencentVCLM.goneCodes.contains(error.vendorCode ?? "") else { throw error }
            return .progress(.failed(VendorError(reply, message: nil, code: error.vendorCode).fault(.vendorExpired)))
        }
        switch answer["Status"]?.string {
        case "WAIT": return .progress(.queued)
        case "RUN": return .progress(.running(percent: nil))
        case "DONE":
            guard let url = answer["ResultVideoUrl"]?.string, !url.isEmpty else {
                return .progress(.failed(.withoutVideo("no ResultVideoUrl")))
            }
            return .progress(.done([Asset(.video, .url(url, credentials: false))]))
        case "FAIL":
            let code = answer["ErrorCode"]?.string
            let refusal = VendorError(reply, message: answer["ErrorMessage"]?.string, code: code)
            return .progress(.failed(refusal.fault(isModerated(code) ? .moderated : .vendorFailed)))
        case let word: return .progress(.unknown(word ?? "no Status"))
        }
    }

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

    /// Kling's omni models: each picture says what it is, a clip is what is edited or what is looked at.
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

    // MARK: The answers

    private static let goneCodes: Set<String> = ["FailedOperation.JobNotExist", "FailedOperation.JobNotFound"]

    /// What stands in the envelope.
    /// - Throws: its error. The codes of refusals are given before a job exists.
    private func responseBody(of reply: Reply) throws(Fault) -> JSON {
        guard reply.isSuccess else { throw VendorError(reply, message: nil).fault }
        guard let answer = try reply.parsed()["Response"] else {
            throw Fault(.vendorNonsense, "The vendor's answer could not be read.", detail: "no Response")
        }
        guard let error = answer["Error"], !error.isNull else { return answer }
        let code = error["Code"]?.string ?? ""
        throw VendorError(reply, message: error["Message"]?.string, code: code).fault(by: TencentVCLM.rules)
    }

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

    private func isModerated(_ code: String?) -> Bool { code?.hasPrefix("FailedOperation.Moderation") == true }
}

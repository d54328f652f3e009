import Jobs
import Wire

/// Baidu's Qianfan: four contracts on one host. Its own MuseSteamer, and resold Kling, MiniMax and Vidu, each answering in its maker's
/// shape; the ticket remembers which path and model a job belongs to.
struct Qianfan: Vendor {
    let card = {
        var card = VendorCard(
            name: "baidu-qianfan", title: "Baidu Qianfan", docs: "https://cloud.baidu.com/doc/qianfan-api",
            host: "https://qianfan.baidubce.com",
            auth: .bearer, secrets: ["api_key": ["QIANFAN_API_KEY"]])
        card.aliases = ["qianfan", "baidu"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: .url, .video: .url]
        card.extras = ["mode", "camera_control", "shot_type", "multi_prompt"]
        card.resultTTL = .seconds(24 * 3600)
        return card
    }()

    /// Which of the four contracts a job lives under; the raw value is part of tickets.
    private enum Kind: String {
        case own = "o"
        case kling = "k"
        case minimax = "m"
        case vidu = "v"

        var path: String {
            switch self {
            case .own: "/video/generations"
            case .kling: "/beta/video/generations/qianfan-video"
            case .minimax: "/beta/video/generations/qianfan-video/m-series"
            case .vidu: "/beta/video/generations/vidu/v2/creations"
            }
        }
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        guard FieldNames(model.wire)["kind"] == Kind.kling.rawValue else {
            return Call(.start, .post, path: Kind.own.path, body: .json(try own(job, model)))
        }
        let isOmni = FieldNames(model.wire)["type"] == "omni-video"
        let type = isOmni ? "omni-video" : job.media.isEmpty ? "text2video" : "img2video"
        let parameters = try kling(job, model, isOmni: isOmni)
        let body: JSONValue = ["model": .string(model.upstream), "type": .string(type), "model_parameters": parameters]
        return Call(.start, .post, path: Kind.kling.path, body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        guard let id = json["task_id"]?.string ?? json["data"]?["task_id"]?.string, !id.isEmpty else {
            if words(of: reply).code != nil { throw refusal(reply) }
            throw .withoutID("no task_id")
        }
        guard case .json(let body) = call.body, body["model_parameters"] != nil, case .string(let model)? = body["model"] else {
            return Ticket(Kind.own.rawValue, id)
        }
        return Ticket(Kind.kling.rawValue, id, model)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: (Kind(rawValue: ticket[0]) ?? .own).path)
        call.query.add("task_id", ticket[1])
        if !ticket[2].isEmpty { call.query.add("model", ticket[2]) }
        return .call(call)
    }

    /// The words of the four makers do not contradict each other.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.status == 404 { return .progress(.failed(VendorError(reply, message: words(of: reply).message).fault(.vendorExpired))) }
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        // MiniMax's task is inside an answer whose own status is about the status call.
        let task = json["task"] ?? json["data"] ?? json
        switch task["task_status"]?.string ?? task["status"]?.string ?? task["state"]?.string {
        case "pending", "queued", "submitted", "created", "queueing": return .progress(.queued)
        case "running", "processing": return .progress(.running(percent: nil))
        case "succeeded", "succeed", "success": return .progress(finished(task))
        case "cancelled": return .progress(.failed(VendorError(reply, message: nil).fault(.vendorCancelled)))
        case "failed": return .progress(.failed(failure(task, reply)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    // MARK: The request

    private func own(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        try job.rejectExtras(card.extras)
        var content: [JSONValue] = []
        if let prompt = job.prompt { content.append(["type": "text", "text": .string(prompt)]) }
        for medium in job.media { content.append(["type": "image_url", "image_url": ["url": medium.urlOrDataURI]]) }
        var body: JSONValue = ["model": .string(model.upstream), "content": .array(content)]
        body["duration"] = job.duration?.seconds.map(JSONValue.double)
        return body
    }

    /// The fields of Kling's older API.
    private func kling(_ job: Job, _ model: Model, isOmni: Bool) throws(Fault) -> JSONValue {
        var parameters = try FlatBody(job, on: model, extras: card.extras, elsewhere: isOmni ? ["media", "watermark"] : ["watermark"])
            .members
        if let watermark = job.watermark { parameters["watermark_info"] = ["enabled": .bool(watermark)] }
        guard isOmni, !job.media.isEmpty else { return parameters }
        let pictures = job.media.filter { $0.kind == .image }.map { medium in
            var picture: JSONValue = ["image_url": medium.urlOrDataURI]
            if medium.role == .firstFrame { picture["type"] = "first_frame" }
            if medium.role == .lastFrame { picture["type"] = "end_frame" }
            return picture
        }
        if !pictures.isEmpty { parameters["image_list"] = .array(pictures) }
        return parameters
    }

    // MARK: The answers

    /// `content.video_url` (its own), `content.url` (MiniMax), `task_result.videos` (Kling), `creations` (Vidu).
    private func finished(_ task: JSON) -> Progress {
        let single = [task["content"]?["video_url"], task["content"]?["url"]].compactMap { $0?.string }
        let lists = [task["task_result"]?["videos"], task["creations"]].compactMap(\.self).flatMap(\.elements).compactMap {
            $0["url"]?.string
        }
        let urls = (single + lists).filter { $0.contains("://") }
        guard !urls.isEmpty else { return .failed(.withoutVideo("no URL in the task")) }
        let covers = (task["creations"]?.elements ?? []).compactMap { $0["cover_url"]?.string }
        return .done(
            urls.map { Asset(.video, .url($0, credentials: false)) } + covers.map { Asset(.thumbnail, .url($0, credentials: false)) })
    }

    private func failure(_ task: JSON, _ reply: Reply) -> Fault {
        let texts = [task["task_status_msg"], task["error"]?["message"], task["err_msg"], task["err_code"]].compactMap { $0?.string }
        let message = texts.first { !$0.isEmpty }
        // Kling's words for its moderation.
        let isModerated = VendorError.looksModerated(message) || message?.contains("risk control") == true
        let code = task["error"]?["code"]?.string ?? task["err_code"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return VendorError(reply, message: message, code: code).fault(isModerated ? .moderated : .vendorFailed)
    }

    /// The vendor writes "genration" and "interal".
    private func refusal(_ reply: Reply) -> Fault {
        let (message, code, type) = words(of: reply)
        let refusal = VendorError(reply, message: message, code: code)
        return type == "unsafe_request" ? refusal.fault(.moderated) : refusal.fault(by: Qianfan.rules)
    }

    private static let rules: [VendorErrorRule] = [
        .codes("*_unsafe", "1301", mean: .moderated), .codes("*concurrency*", "1303", mean: .busy),
        .codes("1101", "1102", mean: .balance), .codes("1302", mean: .rate),
    ]

    /// `{"error": {"code", "message", "type"}}`, or Kling's `{"code", "message"}` whose code is 0 where all is well.
    private func words(of reply: Reply) -> (message: String?, code: String?, type: String?) {
        let json = reply.json
        let error = json?["error"]
        let code = error?["code"]?.string ?? error?["code"]?.numberText ?? json?["code"]?.numberText
        return (error?["message"]?.string ?? json?["message"]?.string, code == "0" ? nil : code, error?["type"]?.string)
    }
}

import Jobs
import Wire

/// Baidu's Qianfan: four contracts on one host. Its own MuseSteamer, and resold Kling, MiniMax and Vidu, each answering in its maker's
/// shape; the ticket remembers which path and model a job belongs to.
struct Qianfan: TaskVendor {
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
    /// The words of the four makers do not contradict each other. The vendor writes "genration" and "interal". MiniMax's task is inside a
    /// reply whose own status is about the status call.
    let replies = ReplyRules(
        id: ["task_id", "data.task_id"], task: ["task", "data"],
        state: StateRules(
            at: ["task_status", "status", "state"],
            [
                .queued: ["pending", "queued", "submitted", "created", "queueing"], .running: ["running", "processing"],
                .done: ["succeeded", "succeed", "success"], .cancelled: ["cancelled"], .failed: ["failed"],
            ]),
        errors: ErrorRules(
            messages: ["task_status_msg", "error.message", "err_msg", "err_code", "message"], codes: ["error.code", "err_code", "code"],
            rules: [
                .codes("*_unsafe", "1301", mean: .moderated), .codes("*concurrency*", "1303", mean: .busy),
                .codes("1101", "1102", mean: .balance), .codes("1302", mean: .rate),
            ]))

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
        guard let id = JSONPath.string(at: replies.id, in: try reply.parsed()) else {
            // Kling's code is 0 where all is well.
            let code = replies.errors.error(reply).code
            throw code == nil || code == "0" ? .withoutID(replies.id) : refusal(reply)
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
    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let single = [task["content"]?["video_url"], task["content"]?["url"]].compactMap { $0?.string }
        let lists = [task["task_result"]?["videos"], task["creations"]].compactMap(\.self).flatMap(\.elements).compactMap {
            $0["url"]?.string
        }
        let urls = (single + lists).filter { $0.contains("://") }
        guard !urls.isEmpty else { return .progress(.failed(.withoutVideo("no URL in the task"))) }
        let covers = (task["creations"]?.elements ?? []).compactMap { $0["cover_url"]?.string }
        return .progress(
            .done(urls.map { Asset(.video, .url($0, credentials: false)) } + covers.map { Asset(.thumbnail, .url($0, credentials: false)) })
        )
    }
}

import Jobs
import Wire

/// Segmind's second API: submit, status, result, the model in the path. A failed job comes under HTTP 422; what a result holds differs from
/// model to model, so the video is searched for.
struct Segmind: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "segmind", title: "Segmind", docs: "https://docs.segmind.com", host: "https://api.segmind.com",
            auth: .header("x-api-key", prefix: ""), secrets: ["api_key": ["SEGMIND_API_KEY"]])
        card.pollInterval = .seconds(3)
        card.transports = [.image: .url, .video: .url, .audio: .url]
        card.extras = ["cfg_scale", "mode", "quality", "camera_control", "enable_safety_checker", "num_inference_steps"]
        return card
    }()
    let replies = ReplyRules(
        id: ["request_id"],
        state: StateRules([.queued: ["QUEUED"], .running: ["PROCESSING"], .done: ["COMPLETED"], .failed: ["FAILED"]]),
        // The model is in the path.
        errors: ErrorRules(messages: ["error", "error.message"], rules: [.status([404], means: .model)]))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let body = try FlatBody(job, on: model, extras: card.extras).members
        return Call(.start, .post, path: "/v2/" + Percent.encoded(model.upstream), body: .json(body))
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: path(ticket) + "/status")
        call.step = "status"
        return .call(call)
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.step == "result", reply.isSuccess else { return try pollStep(from: reply, for: ticket) }
        return .progress(try result(reply, ticket))
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        var call = Call(.result, .get, path: path(ticket))
        call.step = "result"
        return .call(call)
    }

    private func path(_ ticket: Ticket) -> String { "/v2/requests/\(Percent.encoded(ticket[0]))" }

    /// The result is JSON with the video's URL somewhere under `output`, or the video itself.
    private func result(_ reply: Reply, _ ticket: Ticket) throws(Fault) -> Progress {
        if let type = reply.headers[.contentType].flatMap({ MediaType(field: $0) }), type.isVideo {
            return .done([Asset(.video, .call(Call(.content, .get, path: path(ticket))), type: type)])
        }
        let json = try reply.parsed()
        let found = ["output", "video", "video_url", "result", "data"].compactMap { json[$0] }.flatMap { urls(in: $0, depth: 0) }
        let clips = found.filter { MediaType(nameIn: $0)?.isVideo == true }
        guard let url = clips.first ?? found.first else { return .failed(.withoutVideo("no URL in the result")) }
        return .done([Asset(.video, .url(url, credentials: false))])
    }

    private static let maxDepth = 4

    private func urls(in json: JSON, depth: Int) -> [String] {
        if let text = json.string { return text.contains("://") ? [text] : [] }
        guard depth < Segmind.maxDepth else { return [] }
        return (json.elements + json.members.map(\.value)).prefix(64).flatMap { urls(in: $0, depth: depth + 1) }
    }
}

import Jobs
import Wire

/// WaveSpeedAI's predictions: a flat input below the model's own path, and every answer in an envelope of `code` and `data`. Its own client
/// never repeats the paid call, for the task may exist and be charged.
struct WaveSpeed: Vendor {
    let card = {
        var card = VendorCard(
            name: "wavespeed", title: "WaveSpeedAI", docs: "https://wavespeed.ai/docs", host: "https://api.wavespeed.ai/api/v3",
            auth: .bearer, secrets: ["api_key": ["WAVESPEED_API_KEY"]])
        card.pollInterval = .seconds(2)
        card.transports = [.image: .url, .video: .url, .audio: .url]
        card.extras = ["camera_fixed", "cfg_scale", "enable_prompt_expansion", "guidance_scale", "num_inference_steps", "shot_type"]
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let segments = model.upstream.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count >= 2, segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw Fault(.unknownModel, "'\(model.upstream)' is not a model id such as 'owner/model'.", param: "model", sent: .no)
        }
        let input = try FlatBody(job, on: model, extras: card.extras).members
        return Call(.start, .post, path: "/" + Percent.encoded(model.upstream, allowing: "/"), body: .json(input))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let data = try data(of: reply)
        guard let id = data?["id"]?.string, !id.isEmpty else { throw .withoutID("no data.id") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/predictions/\(Percent.encoded(ticket[0]))/result"))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.status == 404 || reply.status == 410 {
            return .progress(.failed(VendorError(reply, message: words(of: reply)).fault(.vendorExpired)))
        }
        let data = try data(of: reply)
        switch data?["status"]?.string {
        case "created": return .progress(.queued)
        case "processing": return .progress(.running(percent: nil))
        case "completed": return .progress(finished(data, reply))
        case "failed": return .progress(.failed(failure(data, reply, kind: .vendorFailed)))
        case "timeout": return .progress(.failed(failure(data, reply, kind: .vendorFailed, code: "timeout")))
        case "cancelled": return .progress(.failed(failure(data, reply, kind: .vendorCancelled)))
        case "deleted": return .progress(.failed(failure(data, reply, kind: .vendorExpired)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    // MARK: The answers

    private func finished(_ data: JSON?, _ reply: Reply) -> Progress {
        let urls = (data?["outputs"]?.elements ?? []).compactMap { $0.string ?? $0["url"]?.string }.filter { $0.contains("://") }
        if !urls.isEmpty { return .done(urls.map { Asset(.video, .url($0, credentials: false)) }) }
        let isFlagged = data?["has_nsfw_contents"]?.elements.contains { $0.bool == true } == true
        return .failed(
            isFlagged ? VendorError(reply, message: nil, code: "has_nsfw_contents").fault(.moderated) : .withoutVideo("no outputs"))
    }

    private func failure(_ data: JSON?, _ reply: Reply, kind: Fault.Kind, code: String? = nil) -> Fault {
        let message = data?["error"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let isModerated = kind == .vendorFailed && VendorError.looksModerated(message)
        return VendorError(reply, message: message, code: code).fault(isModerated ? .moderated : kind)
    }

    /// What stands in the envelope of a success. A failure may have an HTTP status of success and a code of its own.
    private func data(of reply: Reply) throws(Fault) -> JSON? {
        guard reply.isSuccess else { throw refusal(reply, reply.status) }
        let json = try reply.parsed()
        guard let code = json["code"]?.int, !(200..<300).contains(code), json["data"]?["id"]?.string == nil else { return json["data"] }
        throw refusal(reply, code)
    }

    private func refusal(_ reply: Reply, _ status: Int) -> Fault {
        let message = words(of: reply)
        var refusal = VendorError(reply, message: message, code: reply.json?["code"]?.numberText)
        // The envelope's code has the meaning of the HTTP status where it has its form.
        if (400..<600).contains(status) { refusal.status = status }
        // The model stands in the path.
        return refusal.fault(by: [.status([404], means: .model)])
    }

    private func words(of reply: Reply) -> String? { reply.json?["message"]?.string ?? reply.json?["error"]?.string }
}

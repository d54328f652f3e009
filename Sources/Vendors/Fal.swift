import Jobs
import Wire

/// fal.ai's queue: submit, status, result. Each endpoint has field names of its own; the catalog's `wire` says which. A finished job is a
/// success only if its result can be fetched.
struct Fal: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "fal", title: "fal.ai", docs: "https://docs.fal.ai/model-apis/model-endpoints/queue", host: "https://queue.fal.run",
            auth: .header(.authorization, prefix: "Key "), secrets: ["api_key": ["FAL_KEY"]])
        card.hosts[Fal.platform] = "https://api.fal.ai"
        card.pollInterval = .seconds(3)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline], .audio: [.url, .inline]]
        card.extras = [
            "acceleration", "audio_setting", "auto_fix", "bitrate_mode", "camera_fixed", "cfg_scale", "edit_strength",
            "enable_safety_checker", "end_user_id",
            "guidance_scale", "hdr", "keep_audio", "loop", "movement_amplitude", "multi_prompt", "num_inference_steps", "safety_tolerance",
            "shift",
            "shot_type", "strength", "thinking_type", "video_quality", "video_write_mode",
        ]
        // Charges for successful outputs only, not for the time in the queue (seen 2026-11-30).
        card.freeCancelSource = "https://docs.fal.ai/documentation/model-apis/pricing"
        return card
    }()
    /// The model is in the path; 429 is the number of running jobs.
    let replies = ReplyRules(
        id: ["request_id"],
        state: StateRules([.queued: ["IN_QUEUE"], .running: ["IN_PROGRESS"], .done: ["COMPLETED"]]),
        errors: ErrorRules(
            messages: ["detail", "error"], codes: ["error_type", "detail[0].type"], codeHeader: "x-fal-error-type",
            rules: [.status([404], means: .model), .status([429], means: .busy)]))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let segments = model.upstream.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count >= 2, segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw Fault(
                .unknownModel, "'\(model.upstream)' is not an endpoint id such as 'owner/app/text-to-video'.", param: "model", sent: .no)
        }
        return Call(
            .start, .post, path: "/" + Percent.encoded(model.upstream, allowing: "/"),
            body: .json(try FlatBody(job, on: model, extras: card.extras).members))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let id = try id(in: reply)
        let urls = [reply.json?["status_url"]?.string, reply.json?["response_url"]?.string]
        return Ticket(urls.lazy.compactMap { appInURL($0, id) }.first ?? app(of: call), id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: path(ticket) + "/status")
        call.step = "status"
        call.query.add("logs", "false")
        return .call(call)
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        reply.step == "result" ? .progress(try result(reply)) : try pollStep(from: reply, for: ticket)
    }

    /// A failed job is completed too, with an error.
    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if let error = task["error"], !error.isNull { return .progress(.failed(failure(.vendorFailed, of: task, in: reply, word: nil))) }
        var call = Call(.result, .get, path: path(ticket))
        call.step = "result"
        return .call(call)
    }

    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .put, path: path(ticket) + "/cancel") }

    // MARK: The ticket: `owner/app` and the request id

    private func path(_ ticket: Ticket) -> String {
        "/\(Percent.encoded(ticket[0], allowing: "/"))/requests/\(Percent.encoded(ticket[1]))"
    }

    /// The part of the URLs in the answer that identifies the app: they leave out the rest of the endpoint id.
    private func appInURL(_ url: String?, _ id: String) -> String? {
        guard let url, let scheme = url.firstRange(of: "://"), let slash = url[scheme.upperBound...].firstIndex(of: "/") else { return nil }
        let path = url[slash...].dropFirst()
        guard let end = path.firstRange(of: "/requests/\(id)") else { return nil }
        let app = String(path[..<end.lowerBound])
        return app.isEmpty || app.contains("..") ? nil : app
    }

    /// Two segments of the endpoint id, three for workflows, as the vendor's own client cuts it.
    private func app(of call: Call) -> String {
        guard case .path(_, let path) = call.target else { return "" }
        let segments = path.split(separator: "/")
        let count = ["workflows", "comfy"].contains(segments.first ?? "") ? 3 : 2
        return segments.prefix(count).joined(separator: "/")
    }

    // MARK: The answers

    private func result(_ reply: Reply) throws(Fault) -> Progress {
        if reply.isSuccess {
            let assets = assets(in: try reply.parsed())
            return assets.isEmpty
                ? .failed(Fault(.vendorNonsense, "The vendor finished the job without a video.", detail: "no video in the result"))
                : .done(assets)
        }
        let answer = replies.errors.error(reply)
        switch reply.status {
        case 400 where answer.message?.contains("still in progress") == true: return .running(percent: nil)
        case 500... where answer.code != nil || reply.headers.has("x-fal-request-id"),
            400, 402, 405...407, 409, 413...422:
            return .failed(failure(.vendorFailed, of: reply.json, in: reply, word: nil))
        default: return .failed(try pollFault(from: reply))
        }
    }

    private func assets(in json: JSON) -> [Asset] {
        let videos = [json["video"]] + (json["videos"]?.elements.map(Optional.some) ?? []) + [json["video_url"], json["output"]]
        let assets = videos.compactMap { $0.flatMap { asset(.video, $0) } }
        let pictures = [json["thumbnail"]].compactMap { $0.flatMap { asset(.thumbnail, $0) } }
        return assets.isEmpty ? [] : assets + pictures
    }

    /// An object with `url`, or the URL itself.
    private func asset(_ kind: Asset.Kind, _ json: JSON) -> Asset? {
        guard let url = json["url"]?.string ?? json.string, url.contains("://") else { return nil }
        return Asset(
            kind, .url(url, credentials: false), type: json["content_type"]?.string.flatMap { MediaType(field: $0) },
            bytes: json["file_size"]?.int)
    }
}

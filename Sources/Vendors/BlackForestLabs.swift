import Jobs
import Wire

/// Black Forest Labs' FLUX 3 video. Status calls go to the URL that the answer names, on a host of the region that took the job; images
/// travel as URLs or bare base64, never as data URIs.
struct BlackForestLabs: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "bfl", title: "Black Forest Labs", docs: "https://docs.bfl.ai", host: "https://api.bfl.ai/v1",
            auth: .header("x-key", prefix: ""), secrets: ["api_key": ["BFL_API_KEY"]])
        card.aliases = ["black-forest-labs", "flux"]
        for region in ["us", "us1", "us2", "us3", "us4", "eu", "eu1", "eu2", "eu3", "eu4"] {
            card.hosts[region] = "https://api.\(region).bfl.ai/v1"
        }
        card.trustedHosts = [".bfl.ai"]
        card.pollInterval = .seconds(2)
        card.transports = [.image: [.url, .inline], .video: [.url, .inline]]
        card.extras = ["safety_tolerance", "version", "draft", "draft_cache"]
        card.resultTTL = .seconds(600)
        return card
    }()
    let replies = ReplyRules(
        state: StateRules(
            [
                .running: ["Pending"], .done: ["Ready"], .failed: ["Error", "Failed"], .expired: ["Task not found"],
                .moderated: ["Request Moderated", "Content Moderated"],
            ], reported: ["Error", "Failed", "Task not found", "Request Moderated", "Content Moderated"], percent: ["progress"], of: 1),
        result: ResultRules(videos: ["result.sample"]),
        errors: ErrorRules(messages: ["details", "details.error"], readsModerationWords: false))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        Call(.start, .post, path: "/" + Percent.encoded(model.upstream), body: .json(try body(job, model)))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let id = try id(in: reply)
        guard let url = reply.json?["polling_url"]?.string, let region = region(of: url) else { return Ticket(id) }
        return Ticket(id, region)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        let (region, path) = (ticket[1], "/get_result")
        var call: Call
        if region.isEmpty {
            call = Call(.status, .get, path: path)
        } else if card.hosts[region] != nil {
            call = Call(.status, .get, path: path, host: region)
        } else {
            call = Call(.status, .get, foreign: "https://api.\(region).bfl.ai/v1" + path, credentials: true)
        }
        call.query.add("id", ticket[0])
        return .call(call)
    }

    /// One word stands for waiting and working: a job without progress waits.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let step = try pollStep(from: reply, for: ticket)
        guard case .progress(.running(let percent)) = step, percent ?? 0 == 0 else { return step }
        return .progress(.queued)
    }

    // MARK: The request

    private func body(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        var body: JSONValue = ["mode": .string(mode(of: job))]
        body["prompt"] = job.prompt.map(JSONValue.string)
        if !model.aspectRatios.isEmpty {
            body["aspect_ratio"] = job.frameFormat.aspectRatio.map { .string($0.isAdaptive ? "auto" : $0.description) }
        }
        body["duration"] = job.duration?.seconds.map(JSONValue.double)
        body["resolution"] = job.frameFormat.resolution.map { .string(FieldNames(model.wire).object("tiers")?[$0.text]?.string ?? $0.text) }
        body["generate_audio"] = job.audio.map(JSONValue.bool)
        try put(job.media, &body)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return body
    }

    private func mode(of job: Job) -> String {
        if job.medium(.source) != nil { return "v2v" }
        return job.media.isEmpty ? "t2v" : "i2v"
    }

    /// One image is the first frame, two are the first and the last; images at other times are pairs of second and image.
    private func put(_ media: [InputMedia], _ body: inout JSONValue) throws(Fault) {
        var plain: [JSONValue] = []
        var timed: [JSONValue] = []
        let isTimed = media.contains { if case .keyframe = $0.role { true } else { false } }
        let order: [InputMedia.Role] = [.firstFrame, .lastFrame]
        for medium in order.flatMap({ role in media.filter { $0.role == role } }) + media.filter({ !order.contains($0.role) }) {
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image) where isTimed: timed.append([0, medium.urlOrBase64])
            case (.lastFrame, .image) where isTimed: throw .unusable(medium)
            case (.firstFrame, .image), (.lastFrame, .image): plain.append(medium.urlOrBase64)
            case (.keyframe(let second), .image): timed.append([.double(second), medium.urlOrBase64])
            case (.source, .video): body["start_video"] = medium.urlOrBase64
            default: throw .unusable(medium)
            }
        }
        if !plain.isEmpty || !timed.isEmpty { body["keyframes"] = .array(plain + timed) }
    }

    // MARK: The answers

    /// `us1` out of `https://api.us1.bfl.ai/v1/get_result?id=…`; nil for the main host and for hosts that are not the vendor's, where the
    /// main host is asked.
    private func region(of url: String) -> String? {
        guard let url = URLText(url), url.scheme == .https else { return nil }
        let (host, before, behind) = (url.host.text, "api.", ".bfl.ai")
        guard host.hasPrefix(before), host.hasSuffix(behind), host.count > before.count + behind.count else { return nil }
        let region = host.dropFirst(before.count).dropLast(behind.count)
        let isName = !region.isEmpty && region.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        return isName ? String(region) : nil
    }

    /// `details` is a text, `{"error"}`, or `{"Moderation Reasons": […]}`.
    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String?) -> Fault {
        let reasons = (task?["details"]?["Moderation Reasons"]?.elements ?? []).compactMap(\.string)
        guard let word, !reasons.isEmpty else { return replies.errors.failure(kind, of: task, in: reply, word: word) }
        return VendorError(reply, message: "\(word): " + reasons.joined(separator: ", "), code: word).fault(kind)
    }
}

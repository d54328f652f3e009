import Jobs
import Wire

/// Black Forest Labs' FLUX 3 video. Status calls go to the URL that the answer names, on a host of the region that took the job; images
/// travel as URLs or bare base64, never as data URIs.
struct BlackForestLabs: Vendor {
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

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        Call(.start, .post, path: "/" + Percent.encoded(model.upstream), body: .json(try body(job, model)))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        guard let id = json["id"]?.string, !id.isEmpty else { throw .withoutID("no id") }
        guard let url = json["polling_url"]?.string, let region = region(of: url) else { return Ticket(id) }
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

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let json = reply.json
        guard let word = json?["status"]?.string else {
            if reply.isSuccess { _ = try reply.parsed() }
            guard !reply.isSuccess else { return .progress(.unknown("no status")) }
            guard reply.status == 404 || reply.status == 410 else { throw refusal(reply) }
            return .progress(.failed(VendorError(reply).fault(.vendorExpired)))
        }
        switch word {
        case "Pending": return .progress(pending(json))
        case "Ready": return .progress(finished(json))
        case "Request Moderated", "Content Moderated": return .progress(.failed(failure(.moderated, json, reply: reply, word: word)))
        case "Error", "Failed": return .progress(.failed(failure(.vendorFailed, json, reply: reply, word: word)))
        case "Task not found": return .progress(.failed(failure(.vendorExpired, json, reply: reply, word: word)))
        default: return .progress(.unknown(word))
        }
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

    private func pending(_ json: JSON?) -> Progress {
        guard let percent = json?["progress"]?.percent(of: 1), percent > 0 else { return .queued }
        return .running(percent: percent)
    }

    private func finished(_ json: JSON?) -> Progress {
        guard let url = json?.at("result", "sample")?.string, url.contains("://") else { return .failed(.withoutVideo("no result.sample")) }
        return .done([Asset(.video, .url(url, credentials: false))])
    }

    /// `details` is a text, `{"error"}`, or `{"Moderation Reasons": […]}`.
    private func failure(_ kind: Fault.Kind, _ json: JSON?, reply: Reply, word: String) -> Fault {
        let details = json?["details"]
        let reasons = (details?["Moderation Reasons"]?.elements ?? []).compactMap(\.string).joined(separator: ", ")
        let message = details?.string ?? details?["error"]?.string ?? (reasons.isEmpty ? nil : "\(word): \(reasons)")
        return VendorError(reply, message: message, code: word).fault(kind)
    }

    private func refusal(_ reply: Reply) -> Fault { VendorError(reply).fault }
}

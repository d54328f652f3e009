import Jobs
import Wire

/// Luma's Dream Machine API, the forerunner of its Agents API: documented still, with models of the generation before.
struct Luma: Vendor {
    let card = {
        var card = VendorCard(
            name: "luma", title: "Luma Dream Machine", docs: "https://docs.lumalabs.ai/docs/api",
            host: "https://api.lumalabs.ai/dream-machine/v1", auth: .bearer, secrets: ["api_key": ["LUMAAI_API_KEY"]])
        card.aliases = ["dream-machine"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: .url, .video: .url]
        card.extras = ["loop", "concepts"]
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream)]
        body["prompt"] = job.prompt.map(JSONValue.string)
        body["aspect_ratio"] = job.frameFormat.aspectRatio.map { .string($0.description) }
        body["duration"] = job.duration?.seconds.flatMap(Number.text).map { .string($0 + "s") }
        body["resolution"] = job.frameFormat.resolution.map { .string($0.text) }
        let keyframes = try keyframes(of: job)
        if case .object(let members) = keyframes, !members.isEmpty { body["keyframes"] = keyframes }
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return Call(.start, .post, path: "/generations/video", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else { throw .withoutID("no id") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: "/generations/" + Percent.encoded(ticket[0]))) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.isSuccess else {
            guard reply.status == 404 || reply.status == 410 else { throw refusal(reply) }
            return .progress(.failed(VendorError(reply).fault(.vendorExpired)))
        }
        let json = try reply.parsed()
        switch json["state"]?.string {
        case "queued": return .progress(.queued)
        case "dreaming": return .progress(.running(percent: nil))
        case "completed": return .progress(finished(json["assets"]))
        case "failed":
            let reason = json["failure_reason"]?.string
            let kind: Fault.Kind = VendorError.looksModerated(reason) ? .moderated : .vendorFailed
            return .progress(.failed(VendorError(reply, message: reason).fault(kind)))
        case let word: return .progress(.unknown(word ?? "no state"))
        }
    }

    // MARK: The request

    /// `frame0` is the beginning, `frame1` the end; an earlier clip in their place is made longer on the other side.
    private func keyframes(of job: Job) throws(Fault) -> JSONValue {
        var frames = JSONValue.object([])
        for medium in job.media {
            let image: JSONValue = ["type": "image", "url": medium.urlOrDataURI]
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): frames["frame0"] = image
            case (.lastFrame, .image): frames["frame1"] = image
            default: throw .unusable(medium)
            }
        }
        if case .extend(let edge, _) = job.operation, let previous = job.previous {
            frames[edge == .end ? "frame0" : "frame1"] = ["type": "generation", "id": .string(previous[0])]
        }
        return frames
    }

    // MARK: The answers

    private func finished(_ assets: JSON?) -> Progress {
        guard let url = assets?["video"]?.string, url.contains("://") else { return .failed(.withoutVideo("no assets.video")) }
        let picture = assets?["image"]?.string.map { Asset(.thumbnail, .url($0, credentials: false)) }
        return .done([Asset(.video, .url(url, credentials: false))] + (picture.map { [$0] } ?? []))
    }

    private func refusal(_ reply: Reply) -> Fault {
        VendorError(reply).fault
    }
}

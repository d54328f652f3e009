import Jobs
import Wire

/// Together's video route: near OpenAI's in its answers, with fields of its own for frames and references. Media are fetched from public
/// URLs only.
struct Together: Vendor {
    let card = {
        var card = VendorCard(
            name: "together", title: "Together AI", docs: "https://docs.together.ai/docs/videos-overview",
            host: "https://api.together.ai/v2", auth: .bearer, secrets: ["api_key": ["TOGETHER_API_KEY"]])
        card.aliases = ["together-ai", "togetherai"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: .url, .video: .url, .audio: .url]
        card.extras = ["steps", "output_format", "output_quality"]
        return card
    }()

    /// Where a picture stands between the ends is told in frames; this is how many a second has unless the job says otherwise.
    private static let defaultFramesPerSecond = 24.0

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        Call(.start, .post, path: "/videos", body: .json(try body(job, model)))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else { throw .withoutID("no id") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: "/videos/" + Percent.encoded(ticket[0]))) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.isSuccess else {
            guard reply.status == 404 || reply.status == 410 else { throw refusal(reply) }
            return .progress(.failed(VendorError(reply).fault(.vendorExpired)))
        }
        let json = try reply.parsed()
        switch json["status"]?.string {
        case "queued": return .progress(.queued)
        case "in_progress": return .progress(.running(percent: json["progress"]?.percent()))
        case "completed":
            guard let url = json.at("outputs", "video_url")?.string, url.contains("://") else {
                return .progress(.failed(.withoutVideo("no outputs.video_url")))
            }
            return .progress(.done([Asset(.video, .url(url, credentials: false))]))
        case "failed": return .progress(.failed(failure(json, reply)))
        case "cancelled": return .progress(.failed(failure(json, reply, kind: .vendorCancelled)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    // MARK: The request

    private static let known: Set<String> = ["negative_prompt", "fps", "seed", "audio", "guidance"]

    private func body(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        if model.acceptsAnything { try job.rejectFields(beyond: Together.known.contains) }
        var body: JSONValue = ["model": .string(model.upstream)]
        body["prompt"] = job.prompt.map(JSONValue.string)
        if let size = job.frameFormat.size {
            body["width"] = .int(Int64(size.width))
            body["height"] = .int(Int64(size.height))
        } else {
            body["resolution"] = job.frameFormat.resolution.map { .string($0.text) }
            body["ratio"] = job.frameFormat.aspectRatio.map { .string($0.description) }
        }
        body["seconds"] = job.duration?.seconds.flatMap(Number.text).map(JSONValue.string)
        body["fps"] = job.framesPerSecond.map(JSONValue.double)
        body["seed"] = job.seed.map(JSONValue.int)
        body["guidance_scale"] = job.guidance.map(JSONValue.double)
        body["negative_prompt"] = job.negativePrompt.map(JSONValue.string)
        body["generate_audio"] = job.audio.map(JSONValue.bool)
        let media = try media(of: job)
        if case .object(let members) = media, !members.isEmpty { body["media"] = media }
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return body
    }

    private func media(of job: Job) throws(Fault) -> JSONValue {
        var (lists, media): ([String: [JSONValue]], JSONValue) = ([:], .object([]))
        for medium in job.media {
            let file = medium.urlOrDataURI
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): lists["frame_images", default: []].append(["input_image": file, "frame": "first"])
            case (.lastFrame, .image): lists["frame_images", default: []].append(["input_image": file, "frame": "last"])
            case (.keyframe(let second), .image):
                let frame = second * (job.framesPerSecond ?? Together.defaultFramesPerSecond)
                lists["frame_images", default: []].append(["input_image": file, "frame": .double(frame.rounded())])
            case (.reference, .image): lists["reference_images", default: []].append(file)
            case (.reference, .video): lists["reference_videos", default: []].append(["video": file])
            case (.audio, .audio), (.reference, .audio): lists["audio_inputs", default: []].append(["audio": file])
            case (.source, .video):
                guard case .extend = job.operation else {
                    media["source_video"] = file
                    continue
                }
                lists["frame_videos", default: []].append(["video": file])
            default: throw .unusable(medium)
            }
        }
        for (name, list) in lists.sorted(by: { $0.key < $1.key }) { media[name] = .array(list) }
        return media
    }

    // MARK: The answers

    private func failure(_ json: JSON, _ reply: Reply, kind: Fault.Kind = .vendorFailed) -> Fault {
        let error = json["error"]
        let (message, code) = (error?["message"]?.string, error?["code"]?.string)
        let isModerated = VendorError.looksModerated(message) || VendorError.looksModerated(code)
        return VendorError(reply, message: message, code: code).fault(isModerated ? .moderated : kind)
    }

    private func refusal(_ reply: Reply) -> Fault {
        VendorError(reply, code: reply.json?["error"]?["code"]?.string).fault
    }
}

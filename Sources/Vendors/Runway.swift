import Jobs
import Wire

/// Runway's API: its own models and many others. The body is a union with `model` as its discriminator, in which a field that the model
/// does not have is an error. The catalog's `wire` says what a model calls its frame, its video and its references. Names `router/SLUG`
/// are its router.
struct Runway: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "runway", title: "Runway", docs: "https://docs.dev.runwayml.com/api", host: "https://api.dev.runwayml.com",
            auth: .bearer, secrets: ["api_key": ["RUNWAYML_API_SECRET"]])
        card.aliases = ["runwayml"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .upload], .video: [.url, .upload], .audio: [.url, .upload]]
        card.extras = ["contentModeration", "outputFormat", "proresProfile", "promptExpansionMode", "providerSettings", "draft"]
        card.resultTTL = .seconds(24 * 3600)
        return card
    }()
    let replies = ReplyRules(
        state: StateRules(
            [
                // Throttled: accepted, and waiting for one of the account's own jobs to end.
                .queued: ["PENDING", "THROTTLED"], .running: ["RUNNING"], .done: ["SUCCEEDED"], .failed: ["FAILED"],
                .cancelled: ["CANCELLED"],
            ], percent: ["progress"], of: 1),
        result: ResultRules(videos: ["output[]"]),
        errors: ErrorRules(
            messages: ["failure", "error"], codes: ["failureCode"], rules: [.codes("SAFETY*", mean: .moderated)],
            readsModerationWords: false))

    private static let routerPrefix = "router/"
    /// A data URI may have 5 MB.
    private static let maxInlineImageBytes = 3_700_000

    // MARK: Uploads: a ticket of the API, then a form to its storage; small images are sent inside the call instead

    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep {
        if medium.kind == .image, let size = medium.size, size <= Runway.maxInlineImageBytes { return .done(medium.source) }
        guard let ticket = replies.first else { return .call(uploadTicketCall(for: medium)) }
        guard ticket.isSuccess else { throw refusal(ticket) }
        let json = try ticket.parsed()
        guard let url = json["uploadUrl"]?.string, let name = json["runwayUri"]?.string else {
            throw Fault(.vendorNonsense, "The vendor gave no place for the upload.", detail: "no uploadUrl", sent: .no)
        }
        guard replies.count > 1 else { return .call(try uploadCall(for: medium, to: url, json["fields"])) }
        guard replies[1].isSuccess else { throw VendorError(replies[1], message: nil).fault(.vendorUnavailable) }
        return .done(.reference(name))
    }

    private func uploadTicketCall(for medium: InputMedia) -> Call {
        apiCall(.upload, .post, path: "/v1/uploads", body: .json(["filename": .string(medium.uploadName), "type": "ephemeral"]))
    }

    private func uploadCall(for medium: InputMedia, to url: String, _ fields: JSON?) throws(Fault) -> Call {
        var parts = (fields?.members ?? []).map { Call.Part.text(name: $0.name, $0.value.string ?? "") }
        let (type, bytes) = try medium.contents()
        parts.append(.file(name: "file", fileName: medium.uploadName, type, bytes))
        var call = Call(.upload, .post, foreign: url)
        call.body = .multipart(parts)
        return call
    }

    // MARK: The job

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        if model.upstream.hasPrefix(Runway.routerPrefix) { return try routerCall(for: job, on: model) }
        return apiCall(.start, .post, path: path(job), body: .json(try body(job, model)))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(apiCall(.status, .get, path: path(ticket))) }

    /// Deletes the results of a task that has ended: only for jobs that are known to go on.
    func cancelCall(for ticket: Ticket) -> Call? { apiCall(.cancel, .delete, path: path(ticket)) }

    private func path(_ ticket: Ticket) -> String { "/v1/tasks/" + Percent.encoded(ticket[0]) }

    // MARK: The request

    /// The version of the API goes along to its own host only, not to its storage.
    private func apiCall(_ purpose: Call.Purpose, _ method: Method, path: String, body: Call.Body = .none) -> Call {
        var call = Call(purpose, method, path: path, body: body)
        call.headers = [("x-runway-version", "2024-11-06")]
        return call
    }

    private func path(_ job: Job) -> String {
        if job.medium(.source) != nil { return "/v1/video_to_video" }
        return job.medium(.firstFrame) ?? job.medium(.lastFrame) == nil ? "/v1/text_to_video" : "/v1/image_to_video"
    }

    private func body(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        let wire = FieldNames(model.wire)
        var body: JSONValue = ["model": .string(model.upstream)]
        body["promptText"] = job.prompt.map(JSONValue.string)
        body["negativePrompt"] = job.negativePrompt.map(JSONValue.string)
        if model.durations != .source {
            body["duration"] =
                seconds(job.duration) ?? (wire["duration"] == "required" ? model.defaults.seconds.map(JSONValue.double) : nil)
        }
        put(
            job.frameFormat.isEmpty && wire["frame"] == "required" ? model.defaults.frameFormat : job.frameFormat, model, wire: wire,
            body: &body)
        body["seed"] = job.seed.map(JSONValue.int)
        body["audio"] = job.audio.map(JSONValue.bool)
        body["cfgScale"] = job.guidance.map(JSONValue.double)
        if job.medium(.source) != nil { body["mode"] = wire["mode"].map { _ in .string(job.operation.name) } }
        if wire["references"] == "with frame" && job.medium(.firstFrame) == nil {
            let message = "This model takes references only beside a first frame."
            throw Fault(.missing, message, param: "image", code: "missing_required_parameter", sent: .no)
        }
        try put(job.media, wire, body: &body)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return body
    }

    private func seconds(_ length: ClipDuration?) -> JSONValue? {
        switch length {
        case nil: nil
        case .automatic: "auto"
        case .seconds(let seconds): .double(seconds)
        }
    }

    /// `ratio` is a frame in pixels (`1280:720`), a tier that follows the image (`auto_720p`), or proportions beside a `resolution`.
    private func put(_ frameFormat: FrameFormat, _ model: Model, wire: FieldNames, body: inout JSONValue) {
        if let size = frameFormat.size, !model.sizes.isEmpty { body["ratio"] = .string("\(size.width):\(size.height)") }
        if let resolution = frameFormat.resolution, !model.resolutions.isEmpty {
            if wire["tier"] == "auto" {
                body["ratio"] = .string("auto_" + resolution.text)
            } else {
                body["resolution"] = .string(resolution.text)
            }
        }
        if let aspectRatio = frameFormat.aspectRatio, !model.aspectRatios.isEmpty {
            body[wire["ratio"] ?? "ratio"] = .string(aspectRatio.description)
        }
    }

    private func put(_ media: [InputMedia], _ wire: FieldNames, body: inout JSONValue) throws(Fault) {
        var frames: [JSONValue] = []
        var lists: [String: [JSONValue]] = [:]
        for medium in media {
            let uri = medium.urlOrDataURI
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): frames.append(["position": "first", "uri": uri])
            case (.lastFrame, .image): frames.append(["position": "last", "uri": uri])
            case (.source, .video): body[wire["source"] ?? "promptVideo"] = uri
            case (.keyframe(let second), .image): lists["keyframes", default: []].append(["seconds": .double(second), "uri": uri])
            case (.reference, .image): lists["references", default: []].append(["uri": uri])
            case (.reference, .video): lists["referenceVideos", default: []].append(reference("video", uri, wire: wire))
            case (.reference, .audio): lists["referenceAudio", default: []].append(reference("audio", uri, wire: wire))
            default: throw .unusable(medium)
            }
        }
        if frames.count == 1, media.contains(where: { $0.role == .firstFrame }) {
            body["promptImage"] = frames[0]["uri"]
        } else if !frames.isEmpty {
            body["promptImage"] = .array(frames)
        }
        for (name, list) in lists.sorted(by: { $0.key < $1.key }) { body[name] = .array(list) }
    }

    private func reference(_ type: String, _ uri: JSONValue, wire: FieldNames) -> JSONValue {
        wire["reference_type"] == "none" ? ["uri": uri] : ["type": .string(type), "uri": uri]
    }

    /// The router chooses the model: a configuration of the account with fields of its own.
    private func routerCall(for job: Job, on model: Model) throws(Fault) -> Call {
        try job.rejectFields { ["negative_prompt", "audio"].contains($0) }
        var input = JSONValue.object([])
        input["promptText"] = job.prompt.map(JSONValue.string)
        input["negativePrompt"] = job.negativePrompt.map(JSONValue.string)
        input["aspectRatio"] = job.frameFormat.aspectRatio.map { .string($0.description) }
        input["duration"] = seconds(job.duration)
        input["resolution"] = job.frameFormat.resolution.map { .string($0.text) }
        input["audio"] = job.audio.map(JSONValue.bool)
        var pictures: [JSONValue] = []
        for medium in job.media {
            let roles: [InputMedia.Role: String] = [.firstFrame: "first", .lastFrame: "last", .reference: "reference"]
            guard medium.kind == .image, let role = roles[medium.role] else { throw .unusable(medium) }
            pictures.append(["role": .string(role), "uri": medium.urlOrDataURI])
        }
        if !pictures.isEmpty { input["referenceImages"] = .array(pictures) }
        let slug = String(model.upstream.dropFirst(Runway.routerPrefix.count))
        return apiCall(.start, .post, path: "/v1/generate/video", body: .json(["configId": .string(slug), "input": input]))
    }

    // MARK: The answers

    func refusal(_ reply: Reply) -> Fault { VendorError(reply, message: words(of: reply)).fault }

    /// `{"error": "text"}`, with the fields at fault in `issues`.
    private func words(of reply: Reply) -> String? {
        let json = reply.json
        let issues = (json?["issues"]?.elements ?? []).compactMap { issue in
            issue["message"]?.string.map { text in
                let path = (issue["path"]?.elements ?? []).compactMap { $0.string ?? $0.numberText }.joined(separator: ".")
                return path.isEmpty ? text : "\(path): \(text)"
            }
        }
        let error = json?["error"]?.string
        return issues.isEmpty ? error : ([error].compactMap { $0 } + issues).joined(separator: "; ")
    }
}

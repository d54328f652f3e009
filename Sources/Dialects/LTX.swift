import Jobs
import Wire

/// LTX's API: seven endpoints under /v2 that answer with an id, whose status is under the same endpoint, and five under /v1 that answer
/// with the MP4 itself after minutes.
package struct LTX: Dialect {
    package let name = "ltx"
    package let jobTTL: Duration? = .seconds(24 * 3600)
    package let routes =
        Endpoint.allCases.filter(\.isSynchronous).map { Route(.post, "/v1/" + $0.rawValue, action: .endpoint($0, isSynchronous: true)) }
        + Endpoint.allCases.map { Route(.post, "/v2/" + $0.rawValue, action: .endpoint($0, isSynchronous: false)) }
        + Endpoint.allCases.map { Route(.get, "/v2/" + $0.rawValue + "/{id}", action: .status) }
        + [Route(.post, "/v1/upload", action: .upload)]

    /// The kinds of work, with a path each.
    package enum Endpoint: String, CaseIterable, Sendable {
        case textToVideo = "text-to-video"
        case imageToVideo = "image-to-video"
        case audioToVideo = "audio-to-video"
        case retake, extend
        case hdr = "video-to-video-hdr"
        case reframe = "video-to-video-reframe"

        /// Whether it has a synchronous form under /v1.
        var isSynchronous: Bool {
            switch self {
            case .textToVideo, .imageToVideo, .audioToVideo, .retake, .extend: true
            case .hdr, .reframe: false
            }
        }
    }

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case .endpoint(let endpoint, let isSynchronous):
            var command = try createCommand(from: request, at: endpoint)
            if isSynchronous {
                command.delivery = .synchronous(.silent)
                command.content = .video
            }
            return .create(command)
        case .upload: return .upload
        default: return .status(id: match.id)
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .created(let view, _):
            accepted(view)
        case .status(let view), .cancelled(let view): state(view)
        case .finished(let view, _): view.paidFailure.map { render($0) } ?? state(view)
        case .list(let views, _): list(views)
        case .deleted(let view): Response(json: ["id": .string(view.id)])
        case .models(let models, _): Response(json: ModelView.list(models))
        case .model(let model): Response(json: model.listJSON)
        case .upload(let upload): Response(json: uploadPlace(upload))
        case .account: render(.unsupportedResult)
        }
    }

    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let status = LTX.status(of: fault)
        var json = JSONWriter()
        json.beginObject()
        json.member("type", "error")
        LTX.write(fault, status, to: &json)
        json.endObject()
        return Response(status: status, json: json, headers: fault.headers(status: status))
    }

    /// The scheme of references to files that were sent to `/v1/upload`.
    package static let uploadScheme = "ltx://uploads/"
}

// MARK: Reading

extension LTX {
    private func createCommand(from request: Request, at endpoint: Endpoint) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        var job = Job(model: "")
        switch endpoint {
        case .textToVideo: try generate(&job, &fields)
        case .imageToVideo:
            guard fields.has("image_uri") else { throw InputFields.missing("image_uri") }
            try generate(&job, &fields)
        case .audioToVideo: try audioToVideo(&job, &fields)
        case .retake: try retake(&job, &fields)
        case .extend: try extend(&job, &fields)
        case .hdr:
            try source(&job, &fields, operation: .hdr)
        default:
            try source(&job, &fields, operation: .reframe)
            guard fields.has("resolution") else { throw InputFields.missing("resolution") }
        }
        if job.prompt == nil { job.prompt = try fields.prompt(atMost: LTX.maxPromptLength) }
        job.model = try model(&fields, isNeeded: [.textToVideo, .imageToVideo, .reframe].contains(endpoint))
        try fields.applyKnownParameters(to: &job)
        if job.operation == .generate { try fields.requirePrompt(for: job) }
        try fields.rejectMultipleVideos(of: job)
        var command = CreateCommand(job: job)
        command.clientNames = fields.clientNames
        return command
    }

    /// `duration` may be null: the newer models then decide. It must not be missing.
    private func generate(_ job: inout Job, _ fields: inout InputFields) throws(Fault) {
        job.prompt = try fields.prompt(atMost: LTX.maxPromptLength)
        guard fields.has("resolution") else { throw InputFields.missing("resolution") }
        if fields.wasNull("duration") {
            job.duration = .automatic
        } else {
            guard let input = fields.peek("duration") else { throw InputFields.missing("duration") }
            guard let seconds = try? input.integer(), (1...LTX.maxSeconds).contains(Double(seconds)) else {
                throw input.wrongValue(
                    "'duration' must be a whole number of seconds from 1 to \(InputValue.formatted(LTX.maxSeconds)), or null.")
            }
        }
        if let input = fields.peek("camera_motion") {
            let text = try input.word()
            guard LTX.cameraMotions.contains(text) else {
                throw input.wrongValue(InputFields.unsupported(text, LTX.cameraMotions, for: input.param))
            }
        }
    }

    private func audioToVideo(_ job: inout Job, _ fields: inout InputFields) throws(Fault) {
        guard fields.has("audio_uri") else { throw InputFields.missing("audio_uri") }
        guard fields.has("image_uri") || fields.has("prompt") else {
            var fault = InputFields.missing("prompt")
            fault.message = "'prompt' or 'image_uri' is needed beside 'audio_uri'."
            throw fault
        }
    }

    private func retake(_ job: inout Job, _ fields: inout InputFields) throws(Fault) {
        let start = try fields.required("start_time").number()
        guard (0...InputValue.maxSeconds).contains(start) else {
            let message = "'start_time' must be between 0 and \(InputValue.formatted(InputValue.maxSeconds)) seconds."
            throw Fault(.invalid, message, param: "start_time", code: "invalid_value")
        }
        let words = ["replace_audio", "replace_video", "replace_audio_and_video"]
        let mode = try fields.word("mode", of: words).flatMap(Operation.Replacing.init) ?? .both
        try source(&job, &fields, operation: .retake(start: start, replacing: mode))
        let duration = try fields.required("duration")
        guard let seconds = try? duration.number(), (2...LTX.maxSeconds).contains(seconds) else {
            throw duration.wrongValue("'duration' must be between 2 and \(InputValue.formatted(LTX.maxSeconds)) seconds.")
        }
        job.duration = try duration.duration()
        fields.clientNames["seconds"] = "duration"
    }

    private func extend(_ job: inout Job, _ fields: inout InputFields) throws(Fault) {
        let edge = try fields.word("mode", of: ["start", "end"]).flatMap(Operation.Edge.init) ?? .end
        let context = try fields.take("context")?.positive()
        try source(&job, &fields, operation: .extend(edge, context: context))
        let duration = try fields.required("duration")
        guard let seconds = try? duration.number(), (2...20).contains(seconds) else {
            throw duration.wrongValue("'duration' must be between 2 and 20 seconds.")
        }
        job.duration = try duration.duration()
        fields.clientNames["seconds"] = "duration"
    }

    private func source(_ job: inout Job, _ fields: inout InputFields, operation: Operation) throws(Fault) {
        job.operation = operation
        job.media.append(try fields.required("video_uri").medium(.source, .video))
    }

    private func model(_ fields: inout InputFields, isNeeded: Bool) throws(Fault) -> String {
        isNeeded ? try fields.requiredModel() : try fields.model() ?? LTX.defaultModel
    }

    static let cameraMotions = [
        "dolly_in", "dolly_out", "dolly_left", "dolly_right", "jib_up", "jib_down", "static", "focus_shift",
    ]
    private static let defaultModel = "ltx-2-3-pro"
    static let maxPromptLength = 5000
    /// The maximum length of output and input of all endpoints.
    static let maxSeconds = 60.0
}

// MARK: Rendering

extension LTX {
    private func accepted(_ view: JobView) -> Response {
        var json = JSONWriter(for: view)
        json.beginObject()
        json.member("id", view.id)
        json.member("created_at", view.created.iso8601)
        json.warnings(of: view)
        json.endObject()
        return Response(status: 202, json: json, headers: view.headers)
    }

    private func state(_ view: JobView) -> Response {
        var json = JSONWriter(for: view)
        LTX.write(view, to: &json)
        return Response(json: json, headers: view.headers)
    }

    private func list(_ views: [JobView]) -> Response {
        var json = JSONWriter(capacity: 512 * (views.count + 1))
        json.beginArray()
        for view in views { LTX.write(view, to: &json) }
        json.endArray()
        return Response(json: json)
    }

    private static func write(_ view: JobView, to json: inout JSONWriter) {
        json.beginObject()
        json.member("status", word(for: view.progress))
        json.member("id", view.id)
        json.member("created_at", view.created.iso8601)
        if let completed = view.completed { json.member("completed_at", completed.iso8601) }
        if view.isDone {
            json.beginObject("result")
            if let link = view.links.first { json.member(view.operation == .hdr ? "exr_frames_url" : "video_url", link) }
            json.endObject()
        }
        if let failure = view.failure { write(failure, status(of: failure), to: &json) }
        json.warnings(of: view)
        json.endObject()
    }

    private func uploadPlace(_ upload: UploadView) -> JSONValue {
        [
            "upload_url": .string(upload.url), "storage_uri": .string(LTX.uploadScheme + upload.id),
            "expires_at": .string(upload.expires.iso8601),
            "required_headers": .object(upload.headers.map { ($0.name.text, .string($0.value)) }),
        ]
    }

    private static func word(for progress: Progress) -> String {
        switch progress {
        case .queued: "pending"
        case .running, .unknown: "processing"
        case .done: "completed"
        case .failed: "failed"
        }
    }

    /// Writes the member `error`. The API has no member for the parameter at fault, so the message names it.
    private static func write(_ fault: Fault, _ status: Int, to json: inout JSONWriter) {
        let place = fault.param.map { fault.message.contains("'\($0)'") ? "" : $0 + ": " } ?? ""
        json.beginObject("error")
        json.member("type", type(of: fault, status))
        json.member("message", place + fault.message)
        json.endObject()
    }

    private static func status(of fault: Fault) -> Int {
        switch fault.kind {
        case .moderated: 422
        case .gone, .vendorExpired: 404
        case .overloaded: 529
        default: fault.defaultStatus
        }
    }

    private static func type(of fault: Fault, _ status: Int) -> String {
        switch (fault.kind, status) {
        case (.moderated, _): "content_filtered_error"
        case (.vendorBusy, _): "concurrency_limit_error"
        case (_, 401): "authentication_error"
        case (_, 402): "insufficient_funds_error"
        case (_, 403): "permission_error"
        case (_, 404): "not_found_error"
        case (_, 429): "rate_limit_error"
        case (_, 503): "service_unavailable"
        case (_, 529): "overloaded_error"
        case (_, 500...): "api_error"
        default: "invalid_request_error"
        }
    }
}

import Jobs
import Wire

/// AI/ML API: one path for create and status, the id in the query, flat errors, and two words for a completed job.
package struct AIMLAPI: Dialect {
    package let name = "aimlapi"
    package let routes =
        ["/v2/video/generations", "/video/generations", "/v1/video/generations"].flatMap {
            [Route(.post, $0, action: .create), Route(.get, $0, action: .status)]
        }
        + [
            Route(.post, "/v2/generate/video/{family}/generation", action: .legacy),
            Route(.get, "/v2/generate/video/{family}/generation", action: .status),
            Route(.get, "/v1/models", action: .models), Route(.get, "/models", action: .models),
            Route(.get, "/api/v1/models", action: .models), Route(.get, "/model/{model...}", action: .model),
        ]

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case .create: return .create(try createCommand(from: request))
        case .legacy:
            var command = try createCommand(from: request)
            command.responseStatus = 201
            return .create(command)
        case .model: return .model(name: match.captures["model"] ?? "")
        case .models:
            var query = ModelQuery()
            query.text = request.query["id"]
            query.knownEntityTags = request.headers["if-none-match"]
            return .models(query)
        default:
            guard let id = request.query["generation_id"], !id.isEmpty else { throw InputFields.missing("generation_id") }
            return .status(id: id)
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .created(let view, let command): object(view, status: command.responseStatus)
        case .status(let view), .finished(let view, _), .cancelled(let view): object(view)
        case .list(let views, _): list(views)
        case .deleted(let view): Response(json: ["id": .string(view.id), "status": "deleted"])
        case .models(let models, let query):
            Response(json: ["object": "list", "data": .array(models.map(AIMLAPI.entry))]).withEntityTag(knownAs: query.knownEntityTags)
        case .model(let model): Response(json: AIMLAPI.entry(model))
        case .account, .upload: render(.unsupportedResult)
        }
    }

    /// Flat, and the status is a text. `param` and `code` are additions to the API.
    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let status = AIMLAPI.status(of: fault)
        var json = JSONWriter()
        json.beginObject()
        json.member("message", AIMLAPI.message(of: fault))
        json.member("path", renderContext.path)
        json.member("requestId", renderContext.requestID)
        json.member("statusCode", String(status))
        json.member("timestamp", renderContext.now.iso8601)
        if let param = fault.param { json.member("param", param) }
        json.member("code", fault.publicCode)
        json.endObject()
        return Response(status: status, json: json, headers: fault.headers(status: status))
    }
}

// MARK: Reading

extension AIMLAPI {
    private func createCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        var job = Job(model: try fields.requiredModel())
        job.prompt = try fields.prompt(atMost: OpenAI.maxPromptLength)
        try readVideoFields(&fields, into: &job)
        try readShots(&fields, into: &job)
        if let thinking = try fields.word("thinking_type", of: ["enabled", "disabled", "auto"]) {
            job.extras.append(("thinking_type", .string(thinking)))
        }
        try fields.applyKnownParameters(to: &job)
        try fields.rejectMultipleVideos(of: job)
        try fields.requirePrompt(for: job)
        var command = CreateCommand(job: job)
        command.clientNames = fields.clientNames
        return command
    }

    /// `video_url` is the source if the model's name says so, else a reference.
    private func readVideoFields(_ fields: inout InputFields, into job: inout Job) throws(Fault) {
        guard let input = fields.peek("video_url") else { return }
        let name = job.model.lowercased()
        func has(_ words: String...) -> Bool { words.contains { name.contains($0) } }
        if has("extend") {
            job.operation = .extend(.end, context: nil)
        } else if has("reframe") {
            job.operation = .reframe
        } else if has("edit", "video-to-video", "v2v", "aleph", "lip-sync", "animate", "foley", "motion-control") && !has("reference") {
            job.operation = .edit
        } else {
            return
        }
        _ = fields.take("video_url")
        job.media.append(try input.medium(.source, .video))
    }

    /// Two values of `shot_type` are `multi_shot`; the others are the vendor's own.
    private func readShots(_ fields: inout InputFields, into job: inout Job) throws(Fault) {
        switch fields.peek("shot_type")?.trimmed {
        case "multi": job.multiShot = true
        case "single": job.multiShot = false
        default: return
        }
        _ = fields.take("shot_type")
        fields.clientNames["multi_shot"] = "shot_type"
    }
}

// MARK: Rendering

extension AIMLAPI {
    private func object(_ view: JobView, status: Int = 200) -> Response {
        var json = JSONWriter(for: view)
        AIMLAPI.write(view, to: &json)
        return Response(status: status, json: json, headers: view.headers)
    }

    private func list(_ views: [JobView]) -> Response {
        var json = JSONWriter(capacity: 512 * (views.count + 1))
        json.beginArray()
        for view in views { AIMLAPI.write(view, to: &json) }
        json.endArray()
        return Response(json: json)
    }

    private static func write(_ view: JobView, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", view.id)
        json.member("status", word(for: view))
        if view.isDone {
            writeVideo(view.links.first, to: &json)
            json.null("error")
        }
        if let failure = view.failure {
            json.beginObject("error")
            json.member("name", failure.publicCode)
            json.member("message", failure.message)
            json.endObject()
        }
        if let cost = view.cost { write(cost, to: &json) }
        json.warnings(of: view)
        json.endObject()
    }

    private static func writeVideo(_ link: String?, to json: inout JSONWriter) {
        guard let link else { return json.null("video") }
        json.beginObject("video")
        json.member("url", link)
        json.endObject()
    }

    /// Two million credits are one dollar.
    private static func write(_ cost: Money, to json: inout JSONWriter) {
        json.beginObject("meta")
        json.beginObject("usage")
        json.member("credits_used", cost.micros.addingSaturated(cost.micros))
        json.member("usd_spent", number: cost.dollars)
        json.endObject()
        json.endObject()
    }

    /// The polling loops of the published samples continue on the first two words (and on `waiting` and `active`) and stop on every other.
    private static func word(for view: JobView) -> String {
        switch view.progress {
        case .queued: "queued"
        case .running, .unknown: "generating"
        case .done: isSucceeded(view.model) ? "succeeded" : "completed"
        case .failed: "error"
        }
    }

    /// The model families whose pages have the other word for a completed job.
    private static func isSucceeded(_ model: String) -> Bool { model.contains("pixverse") || model.contains("seedance-1-0-pro-fast") }

    private static func status(of fault: Fault) -> Int { fault.kind == .budget ? 403 : fault.defaultStatus }

    private static func message(of fault: Fault) -> String {
        switch fault.kind {
        case .malformed, .missing, .invalid, .unsupported: "Body validation error: " + fault.message
        default: fault.message
        }
    }

    private static func entry(_ view: ModelView) -> JSONValue {
        let model = view.model
        return [
            "id": .string(view.name),
            "aliases": .array(model.aliases.map { .string($0) }),
            "type": "internal/video-generations/submit",
            "info": [
                "name": .string(model.title), "developer": .string(model.vendor), "description": "", "url": .string(model.source),
            ],
            "tags": .array(Model.Mode.allCases.filter(model.modes.contains).map { .string($0.rawValue) }),
        ]
    }
}

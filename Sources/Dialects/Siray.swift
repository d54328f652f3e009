import Jobs
import Wire

/// Siray.ai: `POST /v1/video/generations` with `video` in the singular, upper-case states, the id in three places. Siray is based on
/// new-api, whose clients use the same path and find their members too.
package struct Siray: Dialect {
    package let name = "siray"
    package let routes = [
        Route(.post, "/v1/video/generations", action: .create),
        Route(.get, "/v1/video/generations/{id}", action: .status),
        Route(.get, "/v1/models", action: .models),
        Route(.get, "/v1/models/{model...}", action: .model),
        Route(.get, "/api/model-verse/models", action: .catalogue),
        Route(.post, "/api/model-verse/sts-token", action: .upload),
    ]

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case .create: return .create(try createCommand(from: request))
        case .models: return .models(ModelQuery())
        case .model: return .model(name: match.captures["model"] ?? "")
        case .catalogue:
            var query = ModelQuery()
            query.detailed = true
            return .models(query)
        case .upload: return .upload
        default: return .status(id: match.id)
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .created(let view, _): submitted(view)
        case .status(let view), .finished(let view, _), .cancelled(let view): status(view)
        case .list(let views, _): list(views)
        case .deleted(let view): Response(json: Siray.success(["task_id": .string(view.id)]))
        case .models(let models, let query):
            query.detailed ? Response(json: ["data": .array(models.map(Siray.entry))]) : Response(json: ModelView.list(models))
        case .model(let model): Response(json: model.listJSON)
        case .upload(let upload): Response(json: ["data": token(upload)])
        case .account: render(.unsupportedResult)
        }
    }

    /// The SDKs print `error.message`; other clients read `code`, `fail_code` and `message` at the root.
    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let isTask = fault.kind == .notFound && !renderContext.path.hasSuffix("/generations")
        let status = isTask ? 400 : fault.defaultStatus
        let code = isTask ? "task_not_exist" : Siray.code(for: fault)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.beginObject("error")
        json.member("message", fault.message)
        json.member("code", code)
        json.member("type", Siray.type(status))
        json.endObject()
        json.member("code", isTask ? code : "error")
        json.member("message", fault.message)
        json.null("data")
        if !isTask { json.member("fail_code", code) }
        if let param = fault.param { json.member("param", param) }
        json.endObject()
        return Response(status: status, json: json, headers: fault.headers(status: status))
    }

    /// A place for one file, as temporary credentials of an object store: the SDKs PUT the file to endpoint, bucket, path and its name, and
    /// use access endpoint, path and name as its URL. The path holds the signature; the credentials are not checked.
    private func token(_ upload: UploadView) -> JSONValue {
        let place = upload.url.prefix { $0 != "?" }
        let endpoint = place.dropLast(upload.id.count + 1)
        return [
            "credentials": [
                "access_key_id": .string(upload.id), "access_key_secret": .string(upload.signature),
                "security_token": .string(upload.signature), "region": "cn-bj",
            ],
            "bucket_name": .string(upload.id), "upload_path": .string("/" + upload.signature), "upload_endpoint": .string(String(endpoint)),
            "access_endpoint": .string(String(place)),
        ]
    }
}

// MARK: Reading

extension Siray {
    private func createCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        var job = Job(model: try fields.requiredModel())
        job.prompt = try fields.prompt(atMost: OpenAI.maxPromptLength)
        try check(&fields, for: job.model)
        // The video whose motion the image follows.
        if job.model.contains("motion-control"), let video = fields.take("video") {
            job.operation = .edit
            job.media.append(try video.medium(.source, .video))
        }
        // new-api's clients put a vendor's parameters there.
        try fields.mergeNested("metadata")
        try fields.applyKnownParameters(to: &job)
        try fields.requirePrompt(for: job)
        if let seed = job.seed, seed > Siray.maxSeed {
            throw Fault(.invalid, "'seed' must be between -1 and \(Siray.maxSeed).", param: "seed", code: "invalid_value")
        }
        var command = CreateCommand(job: job)
        command.clientNames = fields.clientNames
        return command
    }

    /// Checks the numbers of references that the models' pages name: one to nine images, three videos, three audio files; more for two
    /// families.
    private func check(_ fields: inout InputFields, for model: String) throws(Fault) {
        let limits = Siray.references.first { model.contains($0.model) } ?? (model: "", images: 9, videos: 3, audios: 3)
        for (name, limit) in [("images", limits.images), ("videos", limits.videos), ("audios", limits.audios)] {
            guard let input = fields.peek(name), let count = input.elements?.count else { continue }
            guard (name == "images" ? 1 : 0)...limit ~= count else {
                throw input.wrongValue("'\(name)' must have \(name == "images" ? "1 to" : "at most") \(limit) elements, not \(count).")
            }
        }
    }

    private static let references: [(model: String, images: Int, videos: Int, audios: Int)] = [
        ("seedance-2.5", 30, 10, 10), ("wan-3.0", 10, 5, 5),
    ]
    static let maxSeed: Int64 = 9_999_999_999
}

// MARK: Rendering

extension Siray {
    /// The API's page shows the id in `data`; the official SDKs look for it at the root, under two names. new-api's clients need a state.
    private func submitted(_ view: JobView) -> Response {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        Siray.writeSuccess(to: &json)
        json.beginObject("data")
        json.member("task_id", view.id)
        json.endObject()
        json.member("task_id", view.id)
        json.member("id", view.id)
        json.member("object", "video")
        json.member("model", view.model)
        json.member("created_at", view.created.unix)
        json.member("status", Siray.word(for: view.progress))
        json.warnings(of: view)
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    private func status(_ view: JobView) -> Response {
        var json = JSONWriter(for: view)
        json.beginObject()
        Siray.writeSuccess(to: &json)
        json.beginObject("data")
        Siray.writeTask(view, to: &json)
        json.endObject()
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    private func list(_ views: [JobView]) -> Response {
        var json = JSONWriter(capacity: 768 * (views.count + 1))
        json.beginObject()
        Siray.writeSuccess(to: &json)
        json.beginArray("data")
        for view in views {
            json.beginObject()
            Siray.writeTask(view, to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return Response(json: json)
    }

    /// Writes the members of a task. Times are Unix seconds, 0 until they are known.
    private static func writeTask(_ view: JobView, to json: inout JSONWriter) {
        var isStarted = true
        if case .queued = view.progress { isStarted = false }
        json.member("task_id", view.id)
        json.member("action", "")
        json.member("status", word(for: view.progress))
        json.member("progress", progress(view))
        json.beginArray("outputs")
        for link in view.links { json.element(link) }
        json.endArray()
        json.member("submit_time", view.created.unix)
        json.member("start_time", isStarted ? view.created.unix : 0)
        json.member("finish_time", view.completed?.unix ?? 0)
        json.member("fail_reason", view.failure?.message ?? "")
        if let link = view.links.first {
            json.member("result_url", link)
            json.member("video_url", link)
        }
        if let failure = view.failure { json.member("fail_code", code(for: failure)) }
    }

    /// 100% for a failed job too.
    private static func progress(_ view: JobView) -> String { view.failure == nil ? "\(view.shownPercent)%" : "100%" }

    private static func success(_ data: JSONValue) -> JSONValue { ["code": "success", "message": "", "data": data] }

    /// Writes the members before `data`.
    private static func writeSuccess(to json: inout JSONWriter) {
        json.member("code", "success")
        json.member("message", "")
    }

    /// The polling loops of the SDKs end at any other word.
    private static func word(for progress: Progress) -> String {
        switch progress {
        case .queued: "QUEUED"
        case .running, .unknown: "IN_PROGRESS"
        case .done: "SUCCESS"
        case .failed: "FAILURE"
        }
    }

    private static func code(for fault: Fault) -> String { fault.kind == .moderated ? "SensitiveContentDetected" : fault.publicCode }

    private static func type(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "insufficient_quota"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    /// One model of the list; its parameters are a JSON schema as a text.
    private static func entry(_ view: ModelView) -> JSONValue {
        let model = view.model
        var properties: JSONValue = ["prompt": ["type": "string"]]
        func choice(_ name: String, _ texts: [String]) {
            if !texts.isEmpty { properties[name] = ["type": "string", "enum": .array(texts.map { .string($0) })] }
        }
        if case .list(let list, _) = model.durations {
            properties["duration"] = ["type": "integer", "enum": .array(list.map(JSONValue.double))]
        }
        choice("aspect_ratio", model.aspectRatios.map(\.description))
        choice("size", model.resolutions.map(\.text) + model.sizes.map(\.description))
        let schema: JSONValue = ["type": "object", "properties": properties, "required": model.requiresPrompt ? ["prompt"] : []]
        let price = model.prices.first
        return [
            "model_name": .string(view.name), "tag": .string(model.modes.contains(.image) ? "image-to-video" : "text-to-video"),
            "model_extend_info": .string(schema.text), "out_price": .double(price?.amount.dollars ?? 0),
            "billing_type": .int(price?.unit == .second ? 1 : 0),
        ]
    }
}

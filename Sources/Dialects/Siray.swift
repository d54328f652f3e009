import Jobs
import Wire

/// Siray.ai: `POST /v1/video/generations` with `video` in the singular, upper-case states, the id in three places. Siray is based on
/// new-api, whose clients use the same path and find their members too.
package struct Siray: Dialect {
    package let name = "siray"
    package let routes = [
        Route(.post, "/v1/video/generations", action: "create"),
        Route(.get, "/v1/video/generations/{id}", action: "status"),
        Route(.get, "/v1/models", action: "models"),
        Route(.get, "/v1/models/{model...}", action: "model"),
        Route(.get, "/api/model-verse/models", action: "catalogue"),
        Route(.post, "/api/model-verse/sts-token", action: "token"),
    ]

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case "create": return .create(try createCommand(from: request))
        case "models": return .models(ModelQuery())
        case "model": return .model(name: match.captures["model"] ?? "")
        case "catalogue":
            var query = ModelQuery()
            query.detailed = true
            return .models(query)
        case "token": return .upload
        default: return .status(id: match.id)
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .created(let view, _): submitted(view)
        case .status(let view), .finished(let view, _), .cancelled(let view): status(view)
        case .list(let views, _): Response(json: Siray.success(.array(views.map(task))))
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
        var body: JSONValue = [
            "error": ["message": .string(fault.message), "code": .string(code), "type": .string(Siray.type(status))],
            "code": .string(isTask ? code : "error"), "message": .string(fault.message), "data": nil,
        ]
        if !isTask { body["fail_code"] = .string(code) }
        if let param = fault.param { body["param"] = .string(param) }
        return Response(status: status, json: body, headers: fault.headers(status: status))
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
        var body = Siray.success(["task_id": .string(view.id)])
        body["task_id"] = .string(view.id)
        body["id"] = .string(view.id)
        body["object"] = "video"
        body["model"] = .string(view.model)
        body["created_at"] = .int(view.created.unix)
        body["status"] = .string(Siray.word(for: view.progress))
        if let warnings = view.shownWarnings { body["warnings"] = warnings }
        return Response(json: body, headers: view.headers)
    }

    private func status(_ view: JobView) -> Response {
        Response(json: Siray.success(task(view)), headers: view.headers)
    }

    /// Times are Unix seconds, 0 until they are known.
    private func task(_ view: JobView) -> JSONValue {
        var isStarted = true
        if case .queued = view.progress { isStarted = false }
        var task: JSONValue = [
            "task_id": .string(view.id), "action": "", "status": .string(Siray.word(for: view.progress)),
            "progress": .string(progress(view)),
            "outputs": .array(view.links.map { .string($0) }), "submit_time": .int(view.created.unix),
            "start_time": .int(isStarted ? view.created.unix : 0), "finish_time": .int(view.completed?.unix ?? 0),
            "fail_reason": .string(view.failure?.message ?? ""),
        ]
        if let link = view.links.first {
            task["result_url"] = .string(link)
            task["video_url"] = .string(link)
        }
        if let failure = view.failure { task["fail_code"] = .string(Siray.code(for: failure)) }
        return task
    }

    /// 100% for a failed job too.
    private func progress(_ view: JobView) -> String { view.failure == nil ? "\(view.shownPercent)%" : "100%" }

    private static func success(_ data: JSONValue) -> JSONValue { ["code": "success", "message": "", "data": data] }

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

import Jobs
import Wire

/// Siraya's Model Router: `POST /v1/videos/generations`, JSON, one id for status and download.
package struct Siraya: Dialect {
    package let name = "siraya"
    package let routes = [
        Route(.post, createPath, action: .create),
        Route(.get, "/v1/videos/generations/{id}", action: .status),
        Route(.get, "/v1/videos/generations/{id}/content", action: .content),
        Route(.get, "/v1/videos/{id}", action: .status),
        Route(.get, "/v1/videos/{id}/content", action: .content),
        Route(.get, "/v1/async-result/{id}", action: .result),
        Route(.get, "/v1/models", action: .models),
        Route(.get, "/v1/models/{model...}", action: .model),
    ]

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case .create: .create(try createCommand(from: request))
        case .content: .content(id: match.id, .video)
        case .models: .models(ModelQuery())
        case .model: .model(name: match.captures["model"] ?? "")
        default: .status(id: match.id)
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .created(let view, let command): created(view, command)
        case .status(let view), .cancelled(let view): OtherClient(view).map { status(view, for: $0) } ?? object(view)
        case .finished(let view, _): finished(view, view.links, as: "url")
        case .list(let views, let hasMore): list(views, hasMore: hasMore)
        case .deleted(let view): Response(json: ["id": .string(view.id), "object": "video.deleted", "deleted": true])
        case .models(let models, _): Response(json: ModelView.list(models))
        case .model(let model): Response(json: model.listJSON)
        case .account, .upload: render(.unsupportedResult)
        }
    }

    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let status = Siraya.status(of: fault)
        var json = JSONWriter()
        json.beginObject()
        Siraya.write(fault, status, to: &json)
        json.endObject()
        return Response(status: status, json: json, headers: fault.headers(status: status))
    }
}

extension Siraya {
    package func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody {
        SplicedBody(finished(view, [SplicedBody.placeholder], as: "b64_json"))
    }
}

// MARK: Reading

extension Siraya {
    private func createCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        let client = OtherClient(request, fields)
        try fields.mergeNested("extra_body")
        var job = Job(model: try fields.requiredModel(), prompt: try fields.prompt(atMost: Siraya.maxPromptLength))
        guard !(fields.has("frame_images") && fields.has("input_references")) else {
            let message = "'frame_images' and 'input_references' exclude each other; send one of them."
            throw Fault(.invalid, message, param: "input_references", code: "invalid_value")
        }
        let (delivery, content) = try delivery(&fields)
        let animates = fields.has("image_url")
        try readFramesOfZhipu(&fields, into: &job)
        try fields.applyKnownParameters(to: &job)
        try fields.requirePrompt(for: job)
        // The page of this endpoint promises 8 seconds for an input image; the pages of its models have other defaults or none.
        if job.duration == nil, animates { job.dialectDefaults.duration = .seconds(8) }
        var command = CreateCommand(job: job)
        command.delivery = delivery
        command.content = content
        command.clientNames = fields.clientNames
        if let client { command.echo[OtherClient.echo] = client.rawValue }
        return command
    }

    /// Zhipu's clients use the same path. For its models a list of two images is the first and the last frame.
    private func readFramesOfZhipu(_ fields: inout InputFields, into job: inout Job) throws(Fault) {
        let name = job.model.lowercased()
        guard name.contains("cogvideox") || name.contains("start-end"), let images = fields.peek("image_url")?.elements, images.count == 2
        else { return }
        _ = fields.take("image_url")
        job.media.append(try images[0].medium(.firstFrame, .image))
        job.media.append(try images[1].medium(.lastFrame, .image))
    }

    /// `async: false` asks for the finished `{data,created}` instead of the object with an id.
    private func delivery(_ fields: inout InputFields) throws(Fault) -> (Delivery, Delivery.Content) {
        let isHeld = try fields.flag("async") == false
        guard let format = fields.take("output_format") else { return (isHeld ? .synchronous(.silent) : .asynchronous, .json) }
        guard let text = format.trimmed, ["url", "b64_json"].contains(text) else {
            throw format.wrongValue("'\(format.param)' must be 'url' or 'b64_json'.")
        }
        guard text == "url" || isHeld else {
            let message = "'b64_json' needs \"async\": false: the answer to this request is an id."
            throw Fault(.unsupported, message, param: format.param, code: "invalid_value")
        }
        return (isHeld ? .synchronous(.silent) : .asynchronous, text == "url" ? .json : .base64)
    }

    static let maxPromptLength = 32_000
}

// MARK: Rendering

extension Siraya {
    private func object(_ view: JobView) -> Response {
        var json = JSONWriter(for: view)
        json.beginObject()
        Siraya.writeMembers(of: view, to: &json)
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    /// With the members in which xAI's and Zhipu's clients look for the id.
    private func created(_ view: JobView, _ command: CreateCommand) -> Response {
        var json = JSONWriter(for: view)
        json.beginObject()
        Siraya.writeMembers(of: view, to: &json)
        json.member("request_id", view.id)
        if command.echo[OtherClient.echo] == OtherClient.zhipu.rawValue { json.member("task_status", Siraya.zhipuWord(view)) }
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    private func list(_ views: [JobView], hasMore: Bool) -> Response {
        var json = JSONWriter(capacity: 512 * (views.count + 1))
        json.beginObject()
        json.member("object", "list")
        json.beginArray("data")
        for view in views {
            json.beginObject()
            Siraya.writeMembers(of: view, to: &json)
            json.endObject()
        }
        json.endArray()
        json.member("has_more", hasMore)
        json.endObject()
        return Response(json: json)
    }

    /// `seconds` is a number, -1 if the model decides. The URL of the video stands in both places in which clients look.
    private static func writeMembers(of view: JobView, to json: inout JSONWriter) {
        json.member("id", view.id)
        json.member("object", "video")
        json.member("status", word(for: view))
        json.member("created_at", view.created.unix)
        json.member("seconds", number: view.seconds ?? -1)
        json.member("model", view.resolvedModel)
        json.member("progress", view.shownPercent)
        if let completed = view.completed { json.member("completed_at", completed.unix) }
        if view.isDone, let link = view.links.first {
            json.member("output_url", link)
            json.objects("data", view.links, as: "url")
        }
        if let failure = view.failure { write(failure, status(of: failure), to: &json) }
        json.warnings(of: view)
    }

    /// The answer to a synchronous create.
    /// - Parameters:
    ///   - videos: the URLs, or the base64 texts.
    ///   - member: the name under which each of them stands.
    private func finished(_ view: JobView, _ videos: [String], as member: StaticString) -> Response {
        if let failure = view.paidFailure { return render(failure) }
        var json = JSONWriter(for: view)
        json.beginObject()
        json.beginArray("data")
        for video in videos {
            json.beginObject()
            json.member(member, video)
            json.member("revised_prompt", "")
            json.endObject()
        }
        json.endArray()
        json.member("created", (view.completed ?? view.created).unix)
        json.warnings(of: view)
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    /// `processing` from the first answer on: the API has no word for a queued job.
    private static func word(for view: JobView) -> String {
        switch view.progress {
        case .queued, .running, .unknown: "processing"
        case .done: "completed"
        case .failed: "failed"
        }
    }

    /// Writes the member `error`. `code` is the status as a number.
    static func write(_ fault: Fault, _ status: Int, to json: inout JSONWriter) {
        json.beginObject("error")
        json.member("message", fault.message)
        json.member("type", type(of: fault, status))
        json.member("param", orNull: fault.param)
        json.member("code", Int64(status))
        json.endObject()
    }

    static func status(of fault: Fault) -> Int {
        switch fault.kind {
        case .moderated: 403
        case .vendorTimeout where fault.isRetryable: 408
        default: fault.defaultStatus
        }
    }

    private static func type(of fault: Fault, _ status: Int) -> String {
        switch (fault.kind, status) {
        case (.moderated, _): "content_policy_violation"
        case (.createAmbiguous, _): "create_ambiguous"
        case (_, 402): "insufficient_balance"
        case (_, 403): "permission_denied_error"
        case (_, 404): "not_found_error"
        case (_, 408), (_, 504): "timeout_error"
        case (_, 422): "unprocessable_entity_error"
        case (_, 429): "rate_limit_error"
        case (_, 500...): "api_error"
        default: "invalid_request_error"
        }
    }
}

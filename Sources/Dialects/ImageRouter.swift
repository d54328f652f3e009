import Jobs
import Wire

/// ImageRouter: the answer to a create comes when the video is done, after a space every three seconds, so that later errors stand inside
/// a 200. There are no ids.
package struct ImageRouter: Dialect {
    package let name = "imagerouter"
    package let routes = [
        Route(.post, "/v1/openai/videos/generations", action: .create),
        Route(.get, "/v1/models", action: .models),
        Route(.get, "/v1/models/{model...}", action: .model),
        Route(.get, "/v2/models", action: .models),
        Route(.get, "/v2/models/{model...}", action: .model),
        Route(.post, "/v1/auth/test", action: .test),
        Route(.get, "/v1/credits", action: .credits),
        Route(.get, "/health", action: .health, isPublic: true),
    ]

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case .create: return .create(try createCommand(from: request))
        case .model: return .model(name: match.captures["model"] ?? "")
        case .test: return .account(word: "test")
        case .credits: return .account(word: "credits")
        case .health: return .fixed(Response(json: ["status": "ok"]))
        default:
            var query = try ModelQuery.parse(request.query)
            query.detailed = request.path.contains("/v2/")
            return .models(query)
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .finished(let view, _), .created(let view, _), .status(let view), .cancelled(let view): finished(view)
        case .list(let views, _): list(of: views)
        case .deleted(let view): Response(json: ["id": .string(view.id), "deleted": true])
        case .models(let models, let query): Response(json: query.detailed ? list(models) : keyed(models))
        case .model(let view): Response(json: entry(view))
        case .account(let account, let word): Response(json: word == "test" ? test(account) : credits(account))
        case .upload: render(.unsupportedResult)
        }
    }

    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let status = status(of: fault, at: renderContext.path)
        var json = JSONWriter()
        json.beginObject()
        write(fault, to: &json)
        json.endObject()
        return Response(status: status, json: json, headers: fault.headers(status: status))
    }

    /// The head was a 200, so the body names the status that the answer would have had.
    package func renderAfterHead(_ fault: Fault, on renderContext: RenderContext) -> Response { errorAfterHead(fault) }

    package func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody {
        SplicedBody(body(view, [SplicedBody.placeholder], as: "b64_json"))
    }
}

// MARK: Reading

extension ImageRouter {
    private func createCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        guard let model = try fields.model() else {
            throw Fault(.missing, "'model' is a required parameter", param: "model")
        }
        var job = Job(model: model, prompt: try prompt(&fields))
        if let size = try size(&fields) { job.frameFormat.size = size }
        if let seconds = try seconds(&fields) { job.duration = .seconds(seconds) }
        let format = try fields.word("response_format", of: ImageRouter.formats) ?? "url"
        if let quality = try fields.word("quality", of: ImageRouter.qualities), quality != "auto" {
            job.extras.append(("quality", .string(quality)))
        }
        try fields.applyKnownParameters(to: &job)
        if format == "b64_ephemeral" { job.mayBeKept = false }
        var command = CreateCommand(job: job)
        command.delivery = .synchronous(.spaces)
        command.content = format == "url" ? .json : .base64
        command.clientNames = fields.clientNames
        return command
    }

    private func prompt(_ fields: inout InputFields) throws(Fault) -> String? {
        guard let prompt = try fields.prompt(atMost: .max) else { return nil }
        guard prompt.unicodeScalars.count <= 20_000 else {
            throw Fault(.invalid, "'prompt' must be 20000 characters or less", param: "prompt")
        }
        return prompt
    }

    static let formats = ["url", "b64_json", "b64_ephemeral"]
    static let qualities = ["auto", "low", "medium", "high"]

    /// `auto` leaves the size to the model.
    private func size(_ fields: inout InputFields) throws(Fault) -> Size? {
        guard let input = fields.take("size"), input.trimmed != "auto" else { return nil }
        guard let text = input.text.map(BlankText.removed), !text.contains(":"), let size = Size(text) else {
            throw input.wrongValue("'size' must be 'auto' or in the format 'WIDTHxHEIGHT' (e.g. '1024x768')")
        }
        return size
    }

    private func seconds(_ fields: inout InputFields) throws(Fault) -> Double? {
        guard let input = fields.take("seconds"), input.trimmed != "auto" else { return nil }
        guard let seconds = try? input.number() else {
            throw input.wrongValue("'seconds' must be a number from 1 to 60, or 'auto'; not \(input.shown).")
        }
        guard seconds >= 1 else { throw input.wrongValue("'seconds' must be at least 1") }
        guard seconds <= 60 else { throw input.wrongValue("'seconds' must be 60 or less") }
        return seconds
    }
}

// MARK: Rendering

extension ImageRouter {
    private func finished(_ view: JobView) -> Response {
        if let failure = view.paidFailure { return errorAfterHead(failure) }
        return body(view, view.links, as: "url")
    }

    /// `created` and `latency` are milliseconds, `cost` is dollars.
    /// - Parameters:
    ///   - videos: the URLs, or the base64 texts.
    ///   - member: the name under which each of them stands.
    private func body(_ view: JobView, _ videos: [String], as member: StaticString) -> Response {
        let end = view.completed ?? view.created
        var json = JSONWriter()
        json.beginObject()
        json.member("created", end.unixMilliseconds)
        json.objects("data", videos, as: member)
        json.member("latency", end.unixMilliseconds - view.created.unixMilliseconds)
        if let cost = view.cost { json.member("cost", number: cost.dollars) } else { json.null("cost") }
        json.warnings(of: view)
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    /// Writes the member `error`.
    private func write(_ fault: Fault, to json: inout JSONWriter) {
        json.beginObject("error")
        json.member("message", fault.message)
        json.member("type", type(fault))
        if let param = fault.param { json.member("param", param) }
        if let code = fault.kind == .unknownModel ? "model_not_found" : fault.code { json.member("code", code) }
        json.endObject()
    }

    private func errorAfterHead(_ fault: Fault) -> Response {
        let status = status(of: fault, at: "")
        var json = JSONWriter()
        json.beginObject()
        json.member("status", Int64(status))
        json.member("statusText", ImageRouter.reason(status))
        write(fault, to: &json)
        json.endObject()
        return Response(json: json)
    }

    /// An unknown model is a 400 for a create, a 404 in the list of models.
    private func status(of fault: Fault, at path: String) -> Int {
        switch fault.kind {
        case .unknownModel: path.contains("/models/") ? 404 : 400
        case .budget: 403
        default: fault.defaultStatus
        }
    }

    private func type(_ fault: Fault) -> String {
        switch fault.kind {
        case .unauthenticated: "unauthorized"
        case .forbidden: "access_denied"
        case .budget: "deposit_required"
        case .rateLimited, .vendorRateLimited, .vendorBusy: "rate_limit_error"
        case .moderated: "content_moderated"
        case .vendorTimeout: "timeout_error"
        case .createAmbiguous: "create_ambiguous"
        case .vendorFailed, .vendorCancelled, .vendorExpired, .gone, .jobFailed: "no_video"
        default: fault.defaultStatus >= 500 ? "internal_error" : "invalid_request_error"
        }
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 410: "Gone"
        case 429: "Too Many Requests"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: status < 500 ? "Bad Request" : "Internal Server Error"
        }
    }

    private func list(of views: [JobView]) -> Response {
        var json = JSONWriter()
        json.beginArray()
        for view in views { json.element(view.id) }
        json.endArray()
        return Response(json: json)
    }

    /// `/v1/models` is an object keyed by the id, `/v2/models` was last seen as a list.
    private func keyed(_ models: [ModelView]) -> JSONValue { .object(models.map { ($0.name, entry($0)) }) }

    private func list(_ models: [ModelView]) -> JSONValue {
        .array(
            models.map { model in
                var entry = entry(model)
                entry["id"] = .string(model.name)
                return entry
            })
    }

    private func entry(_ view: ModelView) -> JSONValue {
        let model = view.model
        var entry: JSONValue = [
            "providers": [["id": .string(model.vendor), "model_name": .string(model.name), "pricing": pricing(model)]], "output": ["video"],
            "supported_params": ["edit": .bool(model.modes.contains(.image))],
        ]
        if !model.sizes.isEmpty { entry["sizes"] = .array(model.sizes.map { .string($0.description) }) }
        if case .list(let seconds, _) = model.durations { entry["seconds"] = .array(seconds.map(JSONValue.double)) }
        if let seconds = model.defaults.seconds { entry["default_seconds"] = .double(seconds) }
        return entry
    }

    /// Prices per second become those of a video with the default length.
    private func pricing(_ model: Model) -> JSONValue {
        let amounts = model.prices.map { price in
            price.unit == .clip ? price.amount : Money(dollars: (price.typicalSecond(of: model) ?? 0) * (model.defaults.seconds ?? 1))
        }
        guard let lowest = amounts.min(), let highest = amounts.max() else { return ["type": "post_generation"] }
        guard lowest < highest else { return ["type": "fixed", "value": .double(lowest.dollars)] }
        let average = amounts.reduce(.zero, +) * (1 / Double(amounts.count))
        let range: JSONValue = ["min": .double(lowest.dollars), "average": .double(average.dollars), "max": .double(highest.dollars)]
        return ["type": "calculated", "range": range]
    }

    /// In ten-thousandths of a dollar; null if the key has no budget.
    private func test(_ account: AccountView) -> JSONValue {
        ["success": true, "credits": .optional(account.remaining.map { $0.micros / 100 })]
    }

    private func credits(_ account: AccountView) -> JSONValue {
        let remaining = account.remaining.map { JSONValue.string(ImageRouter.fourDecimals($0)) } ?? .null
        let total = account.remaining.map { JSONValue.string(ImageRouter.fourDecimals($0 + account.spent)) } ?? .null
        return ["remaining_credits": remaining, "credit_usage": .string(ImageRouter.fourDecimals(account.spent)), "total_deposits": total]
    }

    private static func fourDecimals(_ money: Money) -> String {
        let parts = money.micros.magnitude / 100
        let fraction = String(parts % 10_000)
        let zeros = String(repeating: "0", count: 4 - fraction.count)
        return (money.micros < 0 ? "-" : "") + "\(parts / 10_000)." + zeros + fraction
    }
}

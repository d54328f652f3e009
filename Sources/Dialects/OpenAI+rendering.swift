import Jobs
import Wire

extension OpenAI {
    /// The video object. Strict clients fail on a missing member, a null progress, a numeric `seconds` or a fifth state.
    func object(_ view: JobView) -> Response {
        var headers = view.headers
        if !view.progress.isFinal { headers.set("openai-poll-after-ms", String(OpenAI.pollMilliseconds(view.pollAfter))) }
        return Response(json: member(view), headers: headers)
    }

    /// SDKs send `after=<last_id>`, and stop without an error if it is missing.
    func list(_ views: [JobView], hasMore: Bool) -> Response {
        Response(json: [
            "object": "list", "data": .array(views.map(member)), "first_id": .optional(views.first?.id),
            "last_id": .optional(views.last?.id), "has_more": .bool(hasMore),
        ])
    }

    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let status = OpenAI.status(of: fault)
        let error: JSONValue = [
            "message": .string(fault.message), "type": .string(OpenAI.type(of: fault)), "param": .optional(fault.param),
            "code": .string(fault.publicCode),
        ]
        return Response(status: status, json: ["error": error], headers: fault.headers(status: status))
    }

    private func member(_ view: JobView) -> JSONValue {
        var video: JSONValue = [
            "id": .string(view.id), "object": "video", "model": .string(view.model), "status": .string(OpenAI.word(for: view.progress)),
            "progress": .int(view.shownPercent), "created_at": .int(view.created.unix), "completed_at": .optional(view.completed?.unix),
            "expires_at": .optional(view.expires?.unix), "prompt": .optional(view.prompt), "size": .string(view.size ?? OpenAI.unspecified),
            "seconds": .string(view.seconds.flatMap(Number.text) ?? OpenAI.unspecified), "remixed_from_video_id": .optional(view.previous),
            "error": view.failure.map(OpenAI.error) ?? .null,
        ]
        if view.isDone, let link = view.links.first { video["url"] = .string(link) }
        if let warnings = view.shownWarnings { video["warnings"] = warnings }
        return video
    }

    /// The polling loops of the Python SDK end at any other word, as if the job were done.
    private static func word(for progress: Progress) -> String {
        switch progress {
        case .queued: "queued"
        case .running, .unknown: "in_progress"
        case .done: "completed"
        case .failed: "failed"
        }
    }

    private static func error(_ fault: Fault) -> JSONValue {
        ["code": .string(fault.publicCode), "message": .string(fault.message)]
    }

    /// 1000 to 8000: the Python SDK loops without a pause on 0, fails on a fraction, and keeps the first value that it gets.
    private static func pollMilliseconds(_ pause: Duration?) -> Int64 {
        let (seconds, attoseconds) = (pause ?? .seconds(2)).components
        return min(max(seconds * 1000 + attoseconds / 1_000_000_000_000_000, 1000), 8000)
    }

    /// Content that is not ready is a 400: clients take a 404 for a lost job and create and pay another one, and retry 408, 409 and 429.
    /// What no vendor supports is a 400 too, since SDKs retry a 501. A used-up budget is 429 `insufficient_quota`, as OpenAI has it.
    private static func status(of fault: Fault) -> Int {
        switch fault.kind {
        case .budget: 429
        default: fault.defaultStatus
        }
    }

    private static func type(of fault: Fault) -> String {
        switch fault.kind {
        case .budget: "insufficient_quota"
        case .rateLimited, .vendorRateLimited, .vendorBusy: "requests"
        case .moderated: "video_generation_user_error"
        default: status(of: fault) >= 500 ? "server_error" : "invalid_request_error"
        }
    }

    /// The schema requires a text for size and seconds, even if the model decides.
    private static let unspecified = "auto"
}

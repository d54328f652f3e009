import Jobs
import Wire

extension OpenAI {
    /// The video object. Strict clients fail on a missing member, a null progress, a numeric `seconds` or a fifth state.
    func object(_ view: JobView) -> Response {
        var headers = view.headers
        if !view.progress.isFinal { headers.add(OpenAI.pollAfterName, OpenAI.pollMilliseconds(view.pollAfter)) }
        var json = JSONWriter(for: view)
        OpenAI.write(view, to: &json)
        return Response(json: json, headers: headers)
    }

    private static let pollAfterName: HeaderName = "openai-poll-after-ms"

    /// SDKs send `after=<last_id>`, and stop without an error if it is missing.
    func list(_ views: [JobView], hasMore: Bool) -> Response {
        var json = JSONWriter(capacity: 1024 * (views.count + 1))
        json.beginObject()
        json.member("object", "list")
        json.beginArray("data")
        for view in views { OpenAI.write(view, to: &json) }
        json.endArray()
        json.member("first_id", orNull: views.first?.id)
        json.member("last_id", orNull: views.last?.id)
        json.member("has_more", hasMore)
        json.endObject()
        return Response(json: json)
    }

    package func render(_ fault: Fault, on renderContext: RenderContext) -> Response {
        let status = OpenAI.status(of: fault)
        var json = JSONWriter()
        json.beginObject()
        json.beginObject("error")
        json.member("message", fault.message)
        json.member("type", OpenAI.type(of: fault))
        json.member("param", orNull: fault.param)
        json.member("code", fault.publicCode)
        json.endObject()
        json.endObject()
        return Response(status: status, json: json, headers: fault.headers(status: status))
    }

    private static func write(_ view: JobView, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", view.id)
        json.member("object", "video")
        json.member("model", view.model)
        json.member("status", word(for: view.progress))
        json.member("progress", view.shownPercent)
        json.member("created_at", view.created.unix)
        json.member("completed_at", orNull: view.completed?.unix)
        json.member("expires_at", orNull: view.expires?.unix)
        json.member("prompt", orNull: view.prompt)
        json.member("size", view.size ?? unspecified)
        json.member("seconds", view.seconds.flatMap(Number.text) ?? unspecified)
        json.member("remixed_from_video_id", orNull: view.previous)
        if let failure = view.failure {
            json.beginObject("error")
            json.member("code", failure.publicCode)
            json.member("message", failure.message)
            json.endObject()
        } else {
            json.null("error")
        }
        if view.isDone, let link = view.links.first { json.member("url", link) }
        json.warnings(of: view)
        json.endObject()
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

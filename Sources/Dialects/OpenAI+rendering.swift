import Jobs
import Wire

extension OpenAI {
    /// The video object. Strict clients fail on a missing member, a null progress, a numeric `seconds` or a state beyond the four.
    func object(_ view: JobView) -> Response {
        var headers = view.headers
        if !view.progress.isFinal { headers.set("openai-poll-after-ms", String(OpenAI.pollMilliseconds(view.pollAfter))) }
        return Response(json: member(view), headers: headers)
    }

    /// SDKs send `after=<last_id>` and stop without a word where it is missing.
    func list(_ views: [JobView], hasMore: Bool) -> Response {
        Response(json: [
            "object": "list", "data": .array(views.map(member)), "first_id": .optional(views.first?.id), "last_id": .optional(views.last?.id),
            "has_more": .bool(hasMore),
        ])
    }

    package func render(_ fault: Fault, on occasion: Occasion) -> Response {
        let (type, code) = OpenAI.words(for: fault)
        let status = OpenAI.status(of: fault)
        let error: JSONValue = [
            "message": .string(fault.message), "type": .string(type), "param": .optional(fault.param), "code": .string(fault.code ?? code),
        ]
        return Response(status: status, json: ["error": error], headers: fault.headers(status: status))
    }

    private func member(_ view: JobView) -> JSONValue {
        var video: JSONValue = [
            "id": .string(view.id), "object": "video", "model": .string(view.model), "status": .string(OpenAI.word(for: view.progress)),
            "progress": .int(view.shownPercent), "created_at": .int(view.created.unix), "completed_at": .optional(view.completed?.unix),
            "expires_at": .optional(view.expires?.unix), "prompt": .optional(view.prompt), "size": .string(view.size ?? OpenAI.undecided),
            "seconds": .string(view.seconds.flatMap(Number.text) ?? OpenAI.undecided), "remixed_from_video_id": .optional(view.previous),
            "error": view.failure.map(OpenAI.error) ?? .null,
        ]
        if view.isDone, let link = view.links.first { video["url"] = .string(link) }
        if let warnings = view.shownWarnings { video["warnings"] = warnings }
        return video
    }

    /// Every other word ends the loops of the Python SDK as if the job were done.
    private static func word(for progress: Progress) -> String {
        switch progress {
        case .queued: "queued"
        case .running, .unknown: "in_progress"
        case .done: "completed"
        case .failed: "failed"
        }
    }

    private static func error(_ fault: Fault) -> JSONValue {
        ["code": .string(fault.code ?? words(for: fault).code), "message": .string(fault.message)]
    }

    /// 1000 to 8000: the Python SDK busy-loops on 0 and fails on a fraction, and the first value it sees is the one it keeps.
    private static func pollMilliseconds(_ pause: Duration?) -> Int64 {
        let (seconds, attoseconds) = (pause ?? .seconds(2)).components
        return min(max(seconds * 1000 + attoseconds / 1_000_000_000_000_000, 1000), 8000)
    }

    /// Content that is not ready is a 400: 404 reads as a lost job, for which clients make and pay another one; 408, 409 and 429 are retried.
    /// What no vendor can do is a 400 as well, since a 501 would be retried. A used-up budget is 429 `insufficient_quota`, as at OpenAI.
    private static func status(of fault: Fault) -> Int {
        switch fault.kind {
        case .budget: 429
        default: fault.usualStatus
        }
    }

    /// `type` and `code` of the envelope.
    private static func words(for fault: Fault) -> (type: String, code: String) {
        switch fault.kind {
        case .malformed: (invalid, "invalid_request")
        case .missing: (invalid, "missing_required_parameter")
        case .invalid, .unsupported: (invalid, "invalid_value")
        case .unknownModel: (invalid, "model_not_found")
        case .notFound: (invalid, "not_found")
        case .methodNotAllowed: (invalid, "method_not_allowed")
        case .tooLarge: (invalid, "request_too_large")
        case .unsupportedMediaType: (invalid, "unsupported_media_type")
        case .unauthenticated: (invalid, "invalid_api_key")
        case .forbidden: (invalid, "permission_denied")
        case .conflict: (invalid, "idempotency_key_in_use")
        case .keyReused: (invalid, "idempotency_key_reused")
        case .notReady: (invalid, "video_not_ready")
        case .gone: (invalid, "video_expired")
        case .jobFailed: (invalid, "video_failed")
        case .budget: ("insufficient_quota", "insufficient_quota")
        case .rateLimited: ("requests", "rate_limit_exceeded")
        case .unreachableInput: (invalid, "unreachable_url")
        case .moderated: ("video_generation_user_error", "moderation_blocked")
        case .vendorRefused: (invalid, "upstream_refused")
        case .vendorRateLimited: ("requests", "rate_limit_exceeded")
        case .vendorBusy: ("requests", "concurrency_limit_exceeded")
        case .vendorUnavailable: (server, "upstream_unavailable")
        case .vendorTimeout: (server, "upstream_timeout")
        case .vendorNonsense: (server, "upstream_error")
        case .vendorFailed: (server, "generation_failed")
        case .vendorCancelled: (server, "cancelled")
        case .vendorExpired: (server, "expired")
        case .createAmbiguous: (server, "create_ambiguous")
        case .vendorCredentials: (server, "upstream_credentials")
        case .vendorBalance: (server, "upstream_balance")
        case .misconfigured: (server, "misconfigured")
        case .overloaded, .draining: (server, "overloaded")
        case .notImplemented: (invalid, "not_supported")
        case .storage, .internalError: (server, "internal_error")
        }
    }

    private static let invalid = "invalid_request_error"
    private static let server = "server_error"
    /// The schema wants a text for size and seconds even where the model has not told what it will make.
    private static let undecided = "auto"
}

import Jobs
import Wire

/// `{"error": {"code", "message", "status", "details"}}`: google.rpc.Status in an HTTP answer.
struct GoogleStatus {
    private let reply: Reply
    private let error: JSON?

    init(_ reply: Reply) {
        self.reply = reply
        error = reply.json.flatMap { ($0[0] ?? $0)["error"] }
    }

    private var message: String? { error?["message"]?.string ?? error?.string }

    private var words: VendorError {
        var refusal = VendorError(reply, message: message, code: error?["status"]?.string ?? error?["code"]?.string)
        refusal.retryAfter = refusal.retryAfter ?? pause
        return refusal
    }

    var refusal: Fault { words.fault }

    /// `retryDelay` of google.rpc.RetryInfo: `31s`.
    private var pause: Duration? {
        let texts = (error?["details"]?.elements ?? []).compactMap { $0["retryDelay"]?.string }
        guard let seconds = texts.first.flatMap({ Double($0.dropLast()) }), (0...3600).contains(seconds) else { return nil }
        return Number.duration(seconds: seconds)
    }
}

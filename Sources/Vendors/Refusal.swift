import Jobs
import Wire

/// A vendor's "no", with what it said about it, on the way to becoming a fault.
struct Refusal {
    var status: Int
    /// The vendor's sentence.
    var message: String?
    /// The vendor's word for it.
    var code: String?
    var retryAfter: Duration?

    init(_ reply: Reply, message: String?, code: String? = nil) {
        status = reply.status
        self.message = message
        self.code = code
        retryAfter = Refusal.pause(reply.headers)
    }

    /// The fault that the HTTP status stands for (RFC 9110 §15). `sent` stays open: the gateway decides by the status.
    var fault: Fault {
        switch status {
        case 401, 403, 407: fault(.vendorCredentials)
        case 402: fault(.vendorBalance)
        case 408, 504: fault(.vendorTimeout)
        case 404, 410: fault(.vendorRefused)
        case 429: fault(.vendorRateLimited)
        case 400..<500: fault(.vendorRefused)
        default: fault(.vendorUnavailable)
        }
    }

    /// A fault of that kind. What the vendor said is told to the client where it is about the request or the clip; where it is about the
    /// account it goes to the log only.
    func fault(_ kind: Fault.Kind) -> Fault {
        let said = message.map(Refusal.cleaned)
        let sentence: String
        switch kind {
        case .vendorCredentials: sentence = "The vendor did not accept the credentials of this account."
        case .vendorBalance: sentence = "The vendor account's balance or quota is used up."
        case .vendorRateLimited: sentence = "The vendor's rate limit is reached."
        case .vendorBusy: sentence = "The vendor has too many jobs at once."
        case .vendorTimeout: sentence = "The vendor did not answer in time."
        case .vendorUnavailable: sentence = "The vendor is not available at the moment."
        case .vendorExpired: sentence = "The vendor no longer knows this job."
        case .moderated: sentence = said ?? "The content was refused by the vendor's moderation."
        case .vendorCancelled: sentence = said ?? "The job was cancelled at the vendor."
        case .vendorFailed: sentence = said ?? "The vendor could not make the video."
        default: sentence = said.map { "The vendor refused the request: \($0)" } ?? "The vendor refused the request."
        }
        return Fault(kind, sentence, detail: detail, retryAfter: retryAfter, vendorCode: code)
    }

    private var detail: String {
        "HTTP \(status)" + (code.map { " \($0)" } ?? "") + (message.map { ": " + String($0.prefix(Refusal.longestDetail)) } ?? "")
    }

    private static let longestSentence = 400
    private static let longestDetail = 1000

    /// A vendor's sentence as it may be shown: one line, of bounded length, its URLs without their queries (they may hold a key).
    static func cleaned(_ text: String) -> String {
        let words = text.prefix(longestSentence).split { $0.isWhitespace || $0.isNewline }
        return words.map { word in
            word.contains("://") ? word.prefix { $0 != "?" } : word
        }.joined(separator: " ")
    }

    /// `retry-after-ms`, or `Retry-After` in seconds; a date needs a clock and is left out. At most an hour.
    static func pause(_ headers: Headers) -> Duration? {
        let longest = Duration.seconds(3600)
        if let text = headers["retry-after-ms"], let value = Double(text), value > 0 {
            return Number.duration(seconds: min(value, 3.6e6) / 1000).map { min($0, longest) }
        }
        if let text = headers[.retryAfter], let value = Double(text), value > 0 {
            return Number.duration(seconds: min(value, 3600)).map { min($0, longest) }
        }
        return nil
    }

    /// Whether a sentence speaks of content rules: for vendors that have no code of their own for it.
    static func soundsModerated(_ text: String?) -> Bool {
        guard let text = text?.lowercased() else { return false }
        let marks = [
            "content policy", "content_policy", "moderation", "moderated", "safety", "nsfw", "flagged", "prohibited content",
            "responsible ai", "sensitive",
        ]
        return marks.contains { text.contains($0) }
    }
}

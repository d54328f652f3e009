import Jobs
import Wire

/// What vendors' answers have in common: the places of a sentence and a code, and how a pause is requested.
extension VendorError {
    private static let maxSentenceLength = 400
    private static let maxItems = 5
    private static let maxDepth = 3

    /// A vendor's sentence as it may be shown: one line, of bounded length, its URLs without their queries (they may hold a key).
    static func cleaned(_ text: String) -> String {
        let words = text.prefix(maxSentenceLength).split { $0.isWhitespace || $0.isNewline }
        return words.map { word in
            word.contains("://") ? word.prefix { $0 != "?" } : word
        }.joined(separator: " ")
    }

    /// The sentence of an error in any of the usual forms: `{"error": {"message"}}`, `{"error": "text"}`, `{"message"}`, FastAPI's
    /// `{"detail"}` as a text or a list of `{loc, msg}`, `{"errors": […]}`, problem+json's `{"detail", "title"}`, one within another, or a
    /// bare JSON text. Never HTML.
    static func sentence(in json: JSON) -> String? { sentence(in: json, depth: 0) }

    private static func sentence(in json: JSON, depth: Int) -> String? {
        guard depth <= maxDepth else { return nil }
        if let text = json.string { return isSentence(text) ? text : nil }
        let items = json.elements
        if !items.isEmpty {
            let texts = items.prefix(maxItems).compactMap { item($0, depth: depth + 1) }
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        }
        for place in places {
            if let found = json[place].flatMap({ sentence(in: $0, depth: depth + 1) }) { return found }
        }
        return nil
    }

    /// One of several errors, with the field that it names.
    private static func item(_ json: JSON, depth: Int) -> String? {
        guard let text = sentence(in: json, depth: depth) else { return nil }
        let path = json["loc"]?.elements ?? json["path"]?.elements ?? []
        let field = path.compactMap(\.string).last { $0 != "body" } ?? json["field"]?.string
        return field.map { "\($0): \(text)" } ?? text
    }

    private static let places = [
        "error", "message", "detail", "errors", "msg", "error_message", "errorMessage", "error_msg", "err_msg", "ErrMsg", "Message",
        "error_description", "description", "title", "fault", "faultstring", "Error", "Response", "base_resp", "status_msg", "data",
    ]

    static func isSentence(_ text: String) -> Bool {
        let start = text.drop { $0.isWhitespace }.prefix(10).lowercased()
        return !start.isEmpty && !markup.contains { start.hasPrefix($0) }
    }

    private static let markup = ["<!", "<?", "<html", "<head", "<body", "<title", "<p>", "<p ", "<div", "<h1", "<h2", "<center", "<br"]

    /// The words in the usual places of a code.
    static func codes(in json: JSON?) -> [String] {
        guard let json else { return [] }
        let error = json["error"] ?? json[0]?["error"]
        let holders = [error, error?["error"], json["errors"]?[0], json["detail"], json["detail"]?[0], json]
        return holders.compactMap { $0 }.flatMap { holder in
            ["code", "type", "status", "reason", "error_code", "errorCode"].compactMap { name in holder[name]?.string }
        }
    }

    /// `retry-after-ms`, or `Retry-After` in seconds or as a date, which counts from the answer's own `Date`. At most a day.
    static func retryAfter(_ headers: Headers) -> Duration? {
        if let text = headers["retry-after-ms"], let value = Double(text) { return retryAfter(seconds: value / 1000) }
        guard let text = headers[.retryAfter] else { return nil }
        if let value = Double(text) { return retryAfter(seconds: value) }
        guard let until = Timestamp(httpDate: text), let now = headers[.date].flatMap({ Timestamp(httpDate: $0) }), until > now else {
            return nil
        }
        return min(until - now, retryAfter(seconds: maxRetryAfter) ?? .zero)
    }

    /// A pause out of a vendor's answer; nil for what is none.
    static func retryAfter(seconds: Double) -> Duration? {
        guard seconds > 0, seconds.isFinite else { return nil }
        return Number.duration(seconds: min(seconds, maxRetryAfter))
    }

    private static let maxRetryAfter: Double = 86_400

    static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

    /// Whether a message mentions content rules, for vendors without an error code for them.
    static func looksModerated(_ text: String?) -> Bool {
        guard let text = text.map(normalized) else { return false }
        return VendorErrorRule.moderationWords.contains { text.contains($0) }
    }

    /// In small letters, without what only looks like words of content rules: names of parameters, and how letters are compared.
    static func normalized(_ sentence: String) -> String {
        var text = sentence.lowercased()
        guard text.contains(" ") else { return text }
        for name in ["safety_", "safety-", "case-sensitive", "case sensitive", "insensitive"] { text = text.replacing(name, with: "") }
        return text
    }
}

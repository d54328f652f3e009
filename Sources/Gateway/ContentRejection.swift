import Jobs
import Wire

/// The meaning of a refusal by the place where a vendor keeps a video.
enum ContentRejection {
    /// A paid video is reported as expired only if that is certain, because clients delete the jobs of expired videos.
    /// - Parameter words: the start of the answer's body.
    static func fault(status: Int, words: String, source: ContentSource) -> Fault {
        if status == 410 || source.isExpired || ([400, 403, 404].contains(status) && saysExpired(words)) {
            return Fault(.gone, "The video has expired at its vendor and can no longer be fetched.", code: "expired")
        }
        let detail = "content: HTTP \(status)"
        switch status {
        case 401: return Fault(.vendorCredentials, "The vendor refused this router's credentials for the video.", detail: detail)
        case 403:
            return Fault(
                .vendorNonsense, "The vendor refuses to deliver the video at the moment. The job is finished; try again later.",
                code: refused, detail: detail, retryAfter: .seconds(10))
        case 404:
            return Fault(
                .vendorUnavailable, "The vendor does not find the video at the moment. The job is finished; try again in a few seconds.",
                code: missing, detail: detail, retryAfter: .seconds(5))
        case 429: return Fault(.vendorRateLimited, "The vendor asks to fetch the video later.", retryAfter: .seconds(2))
        default: return Fault(.vendorUnavailable, "The vendor could not deliver the video.", detail: detail)
        }
    }

    static let refused = "content_refused"
    static let missing = "content_unavailable"

    /// `Request has expired` (S3), `Signed expiry time …` (Azure), `ExpiredToken` (GCS), `video expired`. An expired API key is
    /// not an expired video.
    private static func saysExpired(_ words: String) -> Bool {
        let text = words.lowercased()
        if ["expiredtoken", "signed expiry", "signatureexpired", "urlexpired", "no longer available"].contains(where: text.contains) {
            return true
        }
        return expiring.contains { noun in
            ["\(noun) expired", "\(noun) has expired", "\(noun) is expired", "expired \(noun)"].contains(where: text.contains)
        }
    }

    private static let expiring = [
        "request", "link", "url", "signature", "video", "file", "asset", "result", "output", "content", "media", "download", "generation",
        "job", "task", "policy", "object", "clip",
    ]
}

extension Fault {
    /// Whether a new status call may give a link that works.
    var mayHaveFreshLink: Bool { kind == .gone || code == ContentRejection.refused || code == ContentRejection.missing }
}

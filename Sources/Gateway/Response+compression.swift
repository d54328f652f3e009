import HTTP
import Wire

extension Response {
    /// Compresses the body for a client that accepts gzip: text of a size that makes it worthwhile, never media. Sets `vary` also if this
    /// client gets the plain body, for caches (RFC 9110 §12.5.5).
    mutating func compress(for request: Headers, _ limits: Limits) {
        guard (limits.gzipMinBytes...max(limits.gzipMinBytes, limits.gzipMaxBytes)).contains(body.count), isText,
            !headers.has(.contentEncoding),
            !headers.has(.contentRange)
        else { return }
        headers.add(.vary, HeaderName.acceptEncoding.text)
        guard AcceptEncoding(request.values(.acceptEncoding)).prefersGzip else { return }
        var deflater = Deflater(level: Response.level)
        var packed = Pieces()
        for slice in body.slices { packed.append(deflater.compress(slice)[...]) }
        packed.append(deflater.finish()[...])
        guard packed.count < body.count else { return }
        body = packed
        headers.set(.contentEncoding, "gzip")
        // The compressed body has other bytes, so the tag is weak now (RFC 9110 §8.8.3.3).
        if let tag = headers[.etag], !tag.hasPrefix("W/") { headers.set(.etag, "W/" + tag) }
    }

    /// A fast level: an answer is read once.
    private static let level: Int32 = 3

    private var isText: Bool {
        guard let type = headers[.contentType].flatMap({ MediaType(field: $0) }) else { return false }
        return type.text.hasPrefix("text/") || type == .json || type.text.hasSuffix("+json")
    }
}

import HTTP
import Wire

extension Response {
    /// Packs the body for a client that takes gzip: text of a size where it pays, never media. Whatever is not packed because of what this
    /// client asks says so all the same, for caches (`vary`, RFC 9110 §12.5.5).
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
        // The packed body has other bytes: what named the plain ones exactly names both of them weakly now (RFC 9110 §8.8.3.3).
        if let tag = headers[.etag], !tag.hasPrefix("W/") { headers.set(.etag, "W/" + tag) }
    }

    /// Fast: an answer is read once.
    private static let level: Int32 = 3

    private var isText: Bool {
        guard let type = headers[.contentType].flatMap({ MediaType(field: $0) }) else { return false }
        return type.text.hasPrefix("text/") || type == .json || type.text.hasSuffix("+json")
    }
}

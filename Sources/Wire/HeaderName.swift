/// The name of a header field, always a lower-case token.
package struct HeaderName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let text: String

    /// For names in the source code; traps if the text is not a token.
    package init(stringLiteral value: String) {
        guard let name = HeaderName(value) else { preconditionFailure("not a header name: \(value)") }
        self = name
    }

    /// Nil if the text is not a token (RFC 9110 §5.1).
    package init?(_ text: String) {
        var text = text
        let (isToken, hasCapitals) = text.withUTF8 { bytes in
            (bytes.allSatisfy(Headers.isTokenByte), bytes.contains { (0x41...0x5A).contains($0) })
        }
        guard !text.isEmpty, isToken else { return nil }
        self.text = hasCapitals ? text.lowercased() : text
    }

    package var description: String { text }
}

extension HeaderName {
    package static let accept: HeaderName = "accept"
    package static let acceptEncoding: HeaderName = "accept-encoding"
    package static let acceptRanges: HeaderName = "accept-ranges"
    package static let authorization: HeaderName = "authorization"
    package static let cacheControl: HeaderName = "cache-control"
    package static let connection: HeaderName = "connection"
    package static let contentDisposition: HeaderName = "content-disposition"
    package static let contentEncoding: HeaderName = "content-encoding"
    package static let contentLength: HeaderName = "content-length"
    package static let contentRange: HeaderName = "content-range"
    package static let contentType: HeaderName = "content-type"
    package static let date: HeaderName = "date"
    package static let etag: HeaderName = "etag"
    package static let expect: HeaderName = "expect"
    package static let host: HeaderName = "host"
    package static let idempotencyKey: HeaderName = "idempotency-key"
    package static let ifMatch: HeaderName = "if-match"
    package static let ifModifiedSince: HeaderName = "if-modified-since"
    package static let ifNoneMatch: HeaderName = "if-none-match"
    package static let ifRange: HeaderName = "if-range"
    package static let ifUnmodifiedSince: HeaderName = "if-unmodified-since"
    package static let lastModified: HeaderName = "last-modified"
    package static let location: HeaderName = "location"
    package static let origin: HeaderName = "origin"
    package static let range: HeaderName = "range"
    package static let retryAfter: HeaderName = "retry-after"
    package static let transferEncoding: HeaderName = "transfer-encoding"
    package static let vary: HeaderName = "vary"
    package static let xRequestID: HeaderName = "x-request-id"
    package static let xShouldRetry: HeaderName = "x-should-retry"
}

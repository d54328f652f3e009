import Server
import Wire

/// The part of a video that a client requests, and its conditions.
struct ContentRequest {
    /// Of a GET or HEAD; empty for other requests, such as a create that is answered with the video.
    var headers = Headers()
    var isHead = false

    init() {}

    init(_ head: RequestHead) {
        isHead = head.method == .head
        if isHead || head.method == .get { headers = head.headers }
    }

    /// The requested range. Several ranges would need a multipart answer, so they are ignored (RFC 9110 §14.2 allows that).
    var range: ByteRange? { headers[.range].flatMap { ByteRange(field: $0) } }

    /// Whether the answer needs the video's length.
    var needsLength: Bool { isHead || range != nil }
}

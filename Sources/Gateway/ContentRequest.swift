import Server
import Wire

/// Which part of a clip a client wants, and under which conditions.
struct ContentRequest {
    /// Of a GET or HEAD; empty for a request that is not about the clip alone, as a create whose answer is the clip.
    var headers = Headers()
    var isHead = false

    init() {}

    init(_ head: RequestHead) {
        isHead = head.method == .head
        if isHead || head.method == .get { headers = head.headers }
    }

    /// The one range that is asked for; several at once would come as multipart, which is no clip (RFC 9110 §14.2 allows to ignore them).
    var range: ByteRange? { headers[.range].flatMap { ByteRange(field: $0) } }

    /// Whether the answer says how long the clip is, or depends on it.
    var needsLength: Bool { isHead || range != nil }
}

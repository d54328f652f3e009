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

/// The part of a body of known length that the Range and If-Range of a request select (RFC 9110 §14.2).
enum RangeSelection: Equatable {
    case whole
    case unsatisfiable
    case part(Range<Int>)

    static func requested(_ headers: Headers, count: Int, tag: EntityTag?, lastModified: Timestamp? = nil) -> RangeSelection {
        guard let field = headers[.range], let range = ByteRange(field: field) else { return .whole }
        guard conditionHolds(headers[.ifRange], tag: tag, lastModified: lastModified) else { return .whole }
        return range.resolved(in: count).map { .part($0) } ?? .unsatisfiable
    }

    /// Whether an If-Range field matches these bytes; true without one.
    static func conditionHolds(_ condition: String?, tag: EntityTag?, lastModified: Timestamp?) -> Bool {
        guard let condition else { return true }
        return IfRange(field: condition)?.matches(tag: tag, lastModified: lastModified) == true
    }
}

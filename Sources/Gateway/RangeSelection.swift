import Wire

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

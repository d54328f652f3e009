import Wire

/// What is sent of a body whose length is known, for the Range and If-Range of a request (RFC 9110 §14.2).
enum RangeAnswer: Equatable {
    case whole
    case unsatisfiable
    case part(Range<Int>)

    /// - Parameter tag: the body's entity tag, with its quotes.
    static func asked(_ headers: Headers, count: Int, tag: String) -> RangeAnswer {
        guard let field = headers[.range], let range = ByteRange(field: field) else { return .whole }
        if let condition = headers[.ifRange] {
            guard IfRange(field: condition)?.holds(tag: EntityTag(field: tag), lastModified: nil) == true else { return .whole }
        }
        return range.resolved(in: count).map { .part($0) } ?? .unsatisfiable
    }
}

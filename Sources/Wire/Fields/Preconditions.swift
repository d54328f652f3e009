/// The conditions of a request: `If-Match`, `If-None-Match` and their dates (RFC 9110 §13.1), in the
/// order of §13.2.2. `If-Range` belongs to the range and is judged after them.
package enum Preconditions {
    package enum Verdict: Sendable, Equatable {
        /// Respond as without conditions.
        case proceed
        /// The client has the body already: status 304.
        case notModified
        /// The body is not the one that the client expects: status 412.
        case failed
    }

    /// - Parameters:
    ///   - headers: of a GET or HEAD.
    ///   - tag: of the current body; nil if it has none.
    package static func verdict(on headers: Headers, tag: EntityTag?, lastModified: Timestamp?) -> Verdict {
        if let field = list(.ifMatch, in: headers) {
            // A malformed condition is false.
            guard EntityTags(field: field)?.matchesStrongly(tag) == true else { return .failed }
        } else if let limit = date(.ifUnmodifiedSince, in: headers), let lastModified, lastModified.unix > limit.unix {
            return .failed
        }
        if let field = list(.ifNoneMatch, in: headers) {
            return EntityTags(field: field)?.matchesWeakly(tag) == true ? .notModified : .proceed
        }
        if let limit = date(.ifModifiedSince, in: headers), let lastModified, lastModified.unix <= limit.unix { return .notModified }
        return .proceed
    }

    /// Whether there is any condition.
    package static func exist(in headers: Headers) -> Bool {
        [.ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince].contains { (name: HeaderName) in headers.has(name) }
    }

    /// Several lines of a list are one list (RFC 9110 §5.3).
    private static func list(_ name: HeaderName, in headers: Headers) -> String? {
        headers.has(name) ? headers.values(name).joined(separator: ", ") : nil
    }

    private static func date(_ name: HeaderName, in headers: Headers) -> Timestamp? {
        headers[name].flatMap { Timestamp(httpDate: $0) }
    }
}

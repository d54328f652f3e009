/// How the length of a message body is determined (RFC 9112 §6).
package enum BodyFraming: Sendable, Equatable {
    case none
    /// This many bytes.
    case length(Int64)
    case chunked
    /// Responses only: everything until the connection closes.
    case untilClose
}

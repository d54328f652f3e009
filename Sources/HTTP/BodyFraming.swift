/// How the end of a message's body is known (RFC 9112 §6).
package enum BodyFraming: Sendable, Equatable {
    case none
    /// Exactly so many bytes.
    case length(Int64)
    case chunked
    /// Answers only: everything until the connection ends.
    case untilClose
}

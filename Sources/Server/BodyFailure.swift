import HTTP

/// Why a request's body cannot be read to its end. The connection closes behind the answer.
package enum BodyFailure: Error, Sendable, Hashable {
    /// It is longer than was asked for, or than any body may be.
    case tooLarge
    /// Nothing came for too long.
    case timedOut
    /// The client left, or closed its side, before the end.
    case cut
    case malformed(Refusal)

    /// 400, 408, 413 or 431.
    package var status: Int {
        switch self {
        case .tooLarge: 413
        case .timedOut: 408
        case .cut: 400
        case .malformed(let refusal): refusal.status
        }
    }

    /// One sentence that may be shown to the client.
    package var message: String {
        switch self {
        case .tooLarge: "The request body is too large."
        case .timedOut: "The request body did not come in time."
        case .cut: "The request body is not complete."
        case .malformed(let refusal): refusal.reason
        }
    }
}

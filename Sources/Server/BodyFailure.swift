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
    /// It is packed with something else than gzip.
    case unknownCoding
    /// It does not unpack.
    case badPacking
    /// The bodies of all requests together are too much at the moment.
    case overloaded

    /// 400, 408, 413, 415, 431 or 503.
    package var status: Int {
        switch self {
        case .tooLarge: 413
        case .timedOut: 408
        case .cut, .badPacking: 400
        case .unknownCoding: 415
        case .overloaded: 503
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
        case .unknownCoding: "The request body is packed in a way that is not unpacked here; gzip is."
        case .badPacking: "The request body is not what gzip makes."
        case .overloaded: "Too many large requests are in flight. Nothing was done; try again in a moment."
        }
    }
}

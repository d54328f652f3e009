import HTTP

/// Why a request's body cannot be read to its end. The connection closes behind the answer.
package enum BodyError: Error, Sendable, Hashable {
    /// It is longer than was asked for, or than any body may be.
    case tooLarge
    /// Nothing came for too long.
    case timedOut
    /// The client left, or closed its side, before the end.
    case incomplete
    case malformed(RequestError)
    /// It is packed with something else than gzip.
    case unknownCoding
    /// It does not unpack.
    case badEncoding
    /// The bodies of all requests together are too much at the moment.
    case overloaded

    /// 400, 408, 413, 415, 431 or 503.
    package var status: Int {
        switch self {
        case .tooLarge: 413
        case .timedOut: 408
        case .incomplete, .badEncoding: 400
        case .unknownCoding: 415
        case .overloaded: 503
        case .malformed(let requestError): requestError.status
        }
    }

    /// One sentence that may be shown to the client.
    package var message: String {
        switch self {
        case .tooLarge: "The request body is too large."
        case .timedOut: "The request body did not come in time."
        case .incomplete: "The request body is not complete."
        case .malformed(let requestError): requestError.reason
        case .unknownCoding: "The request body is packed in a way that is not unpacked here; gzip is."
        case .badEncoding: "The request body is not what gzip makes."
        case .overloaded: "Too many large requests are in flight. Nothing was done; try again in a moment."
        }
    }
}

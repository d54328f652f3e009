import HTTP

/// Why a request body cannot be read to its end. The connection closes after the response.
package enum BodyError: Error, Sendable, Hashable {
    /// It is longer than the reader accepts, or than `maxBodyBytes`.
    case tooLarge
    /// It came too slowly, or stopped for too long.
    case timedOut
    /// The client closed the connection, or its sending side, before the end.
    case incomplete
    case malformed(RequestError)
    /// Its content coding is not gzip.
    case unknownCoding
    /// It is not valid gzip.
    case badEncoding
    /// The bodies of all requests together exceed the memory budget.
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
        case .timedOut: "The request body did not arrive in time."
        case .incomplete: "The request body is incomplete."
        case .malformed(let requestError): requestError.reason
        case .unknownCoding: "The content encoding of the request body is not supported. Send it with gzip, or uncompressed."
        case .badEncoding: "The request body is not valid gzip data."
        case .overloaded: "Too many large requests are in progress. Nothing was done; retry in a moment."
        }
    }
}

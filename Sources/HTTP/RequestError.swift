import Wire

/// Why a request is rejected. Its end is always uncertain, so the connection closes after the response and no further byte is read as a
/// request.
package enum RequestError: Error, Hashable, Sendable {
    // The request line (RFC 9112 §3)
    case badRequestLine
    case methodTooLong
    case connectMethod
    case badTarget
    case targetTooLong
    case badVersion
    case unsupportedVersion
    /// Nothing in the line is HTTP/1: another protocol, or HTTP/2 with a wrong preface. The peer could not read a response.
    case notHTTP

    // Field lines (RFC 9112 §5) and the fields that HTTP/1.1 needs
    case field(FieldLines.ParseError)
    case headTooLong
    case hostMissing
    case hostRepeated
    case hostDiffers
    case badHost
    case unknownExpectation

    // Framing (RFC 9112 §6, §7)
    case badContentLength
    case contentLengthRepeated
    case lengthAndTransferEncoding
    case transferEncodingRepeated
    case transferEncodingInHTTP10
    case transferCodingNotLastChunked
    case unknownTransferCoding
    case body(BodyFramingError)

    /// 400, 413, 414, 417, 431, 501 or 505.
    package var status: Int {
        switch self {
        case .body(.bodyTooLarge): 413
        case .targetTooLong: 414
        case .unknownExpectation: 417
        case .headTooLong, .field(.tooMany), .body(.trailersTooLong), .body(.trailer(.tooMany)): 431
        case .methodTooLong, .connectMethod, .unknownTransferCoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }

    /// One sentence for the author of the client.
    package var reason: String {
        switch self {
        case .badRequestLine: "The request line is not of the form METHOD SP target SP HTTP/1.1."
        case .methodTooLong: "The method is too long."
        case .connectMethod: "CONNECT is not supported."
        case .badTarget: "The request target is not a path, or has characters that must be percent-encoded."
        case .targetTooLong: "The request target is too long."
        case .badVersion: "The protocol version is not of the form HTTP/1.1."
        case .notHTTP: "The connection does not begin with HTTP."
        case .unsupportedVersion: "This protocol version is not supported; use HTTP/1.1."
        case .field(let error): "In the header section, " + error.sentence
        case .headTooLong: "The request line and header fields together are too long."
        case .hostMissing: "The Host field is missing."
        case .hostRepeated: "There is more than one Host field."
        case .hostDiffers: "The Host field and the authority of the request differ."
        case .badHost: "The Host field, or the host in the target, is not a host with an optional port."
        case .unknownExpectation: "The only supported expectation is 100-continue."
        case .badContentLength: "Content-Length is not a plain decimal number."
        case .contentLengthRepeated: "There is more than one Content-Length."
        case .lengthAndTransferEncoding: "Content-Length and Transfer-Encoding exclude each other."
        case .transferEncodingRepeated: "There is more than one Transfer-Encoding field."
        case .transferEncodingInHTTP10: "Transfer-Encoding is not allowed in HTTP/1.0."
        case .transferCodingNotLastChunked: "The last transfer coding must be chunked."
        case .unknownTransferCoding: "The only supported transfer coding is chunked."
        case .body(let error): error.sentence
        }
    }
}

extension FieldLines.ParseError {
    /// The second half of a sentence.
    var sentence: String {
        switch self {
        case .bareLineFeed: "a line ends with LF alone instead of CRLF."
        case .bareCarriageReturn: "there is a CR without LF."
        case .folded: "a line begins with white space."
        case .spaceBeforeColon: "there is white space between a field name and its colon."
        case .badName: "a field name is empty or has illegal characters."
        case .badValue: "a field value has illegal characters."
        case .tooMany: "there are too many fields."
        }
    }
}

import Wire

/// Why a response is malformed or incomplete.
package enum ResponseError: Error, Hashable, Sendable {
    case badStatusLine
    case unsupportedVersion
    case headTooLong
    case badField
    case tooManyFields
    case tooManyInterimResponses
    /// An unrequested 101.
    case switchedProtocols
    case badContentLength
    case contentLengthsDiffer
    case lengthAndTransferEncoding
    case unknownTransferCoding
    case body(BodyFramingError)
    /// The connection closed before the end of the head.
    case endedInHead
    /// The connection closed before the end of the body.
    case endedInBody
}

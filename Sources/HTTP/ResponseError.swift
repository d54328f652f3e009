import Wire

/// Why an answer cannot be understood, or cannot be trusted to be whole.
package enum ResponseError: Error, Hashable, Sendable {
    case badStatusLine
    case unsupportedVersion
    case headTooLong
    case badField
    case tooManyFields
    case tooManyInterimResponses
    /// A 101 that nobody asked for.
    case switchedProtocols
    case badContentLength
    case contentLengthsDiffer
    case lengthAndTransferEncoding
    case unknownTransferCoding
    case body(BodyFramingError)
    /// The connection ended before a head did.
    case endedInHead
    /// The connection ended before the body did.
    case endedInBody
}

import Wire

/// How the length of a message body is determined (RFC 9112 §6).
package enum BodyFraming: Sendable, Equatable {
    case none
    /// This many bytes.
    case length(Int64)
    case chunked
    /// Responses only: everything until the connection closes.
    case untilClose
}

/// What is wrong with the framing of a chunked body (RFC 9112 §7.1).
package enum BodyFramingError: Error, Hashable, Sendable {
    case badChunkSize
    case chunkTooLarge
    /// The chunks exceed the body limit.
    case bodyTooLarge
    case badChunkExtension
    case chunkExtensionsTooLong
    /// The data of a chunk is not followed by CRLF.
    case chunkNotEnded
    case trailer(FieldLines.ParseError)
    case trailersTooLong

    var sentence: String {
        switch self {
        case .badChunkSize: "A chunk size is not a hexadecimal number ended by CRLF."
        case .chunkTooLarge: "A chunk size is too large."
        case .bodyTooLarge: "The body is too large."
        case .badChunkExtension: "A chunk extension is malformed."
        case .chunkExtensionsTooLong: "The chunk extensions are too long."
        case .chunkNotEnded: "The data of a chunk is not followed by CRLF."
        case .trailer(let error): "In the trailer section, " + error.sentence
        case .trailersTooLong: "The trailer section is too long."
        }
    }
}

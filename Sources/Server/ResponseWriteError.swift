import Net

/// Why a response cannot be sent completely.
package enum ResponseWriteError: Error, Sendable, Hashable {
    /// The connection failed: the client disconnected or is too slow, or the server is shutting down.
    case connection(StreamError)
    /// An error in the handler: a second response, or a piece before the start or after the end.
    case outOfOrder
    /// An error in the handler: the body does not have the announced length.
    case wrongLength
}

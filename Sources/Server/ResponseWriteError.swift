import Net

/// Why an answer cannot be sent, or not to its end.
package enum ResponseWriteError: Error, Sendable, Hashable {
    /// The connection does not take it: the client is gone, too slow, or the server is shutting down.
    case connection(StreamError)
    /// A mistake of the handler: a second answer, or a piece without a start or behind the end.
    case outOfOrder
    /// A mistake of the handler: the body is not as long as was announced.
    case wrongLength
}

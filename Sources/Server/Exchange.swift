import Net
import Wire

/// One request and its response. It belongs to its loop and to the handler that got it, and ends when the handler returns.
///
/// At most one piece is buffered in either direction: the body is read only on demand, and a write returns when the kernel has taken the
/// bytes. A response is either one `answer`, or `start`, any number of `write`, and `finish`.
package protocol Exchange: AnyObject {
    var head: RequestHead { get }

    /// The status of the response, once it has begun.
    var status: Int? { get }

    /// The next piece of the request's body; nil at its end.
    /// - Throws: `BodyError`.
    func nextBodyPiece() async throws -> Slice?

    /// Sends a whole response. `content-length` is that of its body, which is not sent in response to HEAD.
    /// - Throws: `ResponseWriteError`.
    func answer(_ response: Response) async throws

    /// Sends a whole response from `Handler.respondImmediately`: what cannot be sent now follows without the handler.
    func answer(_ response: Response, notifying observer: any ResponseObserver)

    /// Begins a response whose body follows piece by piece.
    /// - Parameter length: of the body in bytes; nil if unknown.
    /// - Throws: `ResponseWriteError`.
    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws

    /// Sends a piece of the body; nothing in response to HEAD.
    /// - Throws: `ResponseWriteError`.
    func write(_ slice: Slice) async throws

    /// Ends the body.
    /// - Throws: `ResponseWriteError`; `wrongLength` if fewer bytes were written than announced, which also aborts the transfer.
    func finish() async throws

    /// Aborts the response so that the client sees a failed transfer instead of a complete one.
    func abort()

    /// Whether the client has certainly disconnected: it sent a reset, or a write failed. A client that only closed its sending side can
    /// still receive.
    var clientIsGone: Bool { get }

    /// Reserves memory for bytes of the request until the exchange ends.
    /// - Returns: false, with nothing reserved, if the memory budget of all requests would be exceeded.
    func reserveMemory(_ bytes: Int) -> Bool

    /// Sets the action that runs once, on the loop, when the client closes its sending side or disconnects; nil removes it. Nearly always
    /// the client no longer waits then, but only a failed write proves it.
    func onClientDisconnect(_ action: (() -> Void)?)
}

/// Why a response cannot be sent completely.
package enum ResponseWriteError: Error, Sendable, Hashable {
    /// The connection failed: the client disconnected or is too slow, or the server is shutting down.
    case connection(StreamError)
    /// An error in the handler: a second response, or a piece before the start or after the end.
    case outOfOrder
    /// An error in the handler: the body does not have the announced length.
    case wrongLength
}

/// Learns how a response ended that was sent without a task that waits for it.
package protocol ResponseObserver: AnyObject {
    /// Runs once, on the loop, when the response has been written or has failed.
    /// - Parameter error: nil if it is complete.
    func responseDidEnd(_ error: ResponseWriteError?)
}

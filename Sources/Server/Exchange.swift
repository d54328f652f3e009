import Wire

/// One request and its answer. It belongs to its loop and to the handler that was given it, and ends when the handler returns.
///
/// Nothing is buffered beyond one piece in either direction: a body that is not asked for is not read, and a write returns when the
/// kernel has taken the bytes. An answer is either `answer`, or `start`, any number of `write`, `finish`.
package protocol Exchange: AnyObject {
    var head: RequestHead { get }

    /// The status of the answer, once one has begun.
    var status: Int? { get }

    /// The next piece of the request's body; nil at its end.
    /// - Throws: `BodyError`.
    func nextBodyPiece() async throws -> Slice?

    /// Sends a whole answer. The length is that of its body; with HEAD the body stays here.
    /// - Throws: `ResponseWriteError`.
    func answer(_ response: Response) async throws

    /// Begins an answer whose body follows piece by piece.
    /// - Parameter length: of the body; nil if it is not known yet.
    /// - Throws: `ResponseWriteError`.
    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws

    /// Sends a piece of the body. Nothing is sent with HEAD.
    /// - Throws: `ResponseWriteError`.
    func write(_ slice: Slice) async throws

    /// Ends the body.
    /// - Throws: `ResponseWriteError`; `wrongLength` if fewer bytes were written than announced, and the transfer is broken then.
    func finish() async throws

    /// Gives the answer up so that the client sees a broken transfer and not an end.
    func abort()

    /// Whether the client is certainly gone: a reset was seen, or a write failed. A client that only closed its sending side is still
    /// there.
    var clientIsGone: Bool { get }

    /// Counts bytes of the request that are kept until the exchange is over.
    /// - Returns: false, and nothing is counted, if too much is held for all requests together.
    func reserveMemory(_ bytes: Int) -> Bool

    /// Runs the action once, on the loop, when the client closes its sending side or is gone; nil takes it back. Nearly always that
    /// means that nobody waits any more, but only a failing write proves it.
    func onClientDisconnect(_ action: (() -> Void)?)
}

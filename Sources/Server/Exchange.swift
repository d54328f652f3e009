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
    /// - Throws: `BodyFailure`.
    func nextPiece() async throws -> Slice?

    /// Sends a whole answer. The length is that of its body; with HEAD the body stays here.
    /// - Throws: `AnswerFailure`.
    func answer(_ response: Response) async throws

    /// Begins an answer whose body follows piece by piece.
    /// - Parameter length: of the body; nil if it is not known yet.
    /// - Throws: `AnswerFailure`.
    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws

    /// Sends a piece of the body. Nothing is sent with HEAD.
    /// - Throws: `AnswerFailure`.
    func write(_ slice: Slice) async throws

    /// Ends the body.
    /// - Throws: `AnswerFailure`; `wrongLength` if fewer bytes were written than announced, and the transfer is broken then.
    func finish() async throws

    /// Gives the answer up so that the client sees a broken transfer and not an end.
    func abort()

    /// Whether the client is certainly gone: a reset was seen, or a write failed. A client that only closed its sending side is still
    /// there.
    var clientIsGone: Bool { get }

    /// Runs the action once, on the loop, when the client closes its sending side or is gone; nil takes it back. Nearly always that
    /// means that nobody waits any more, but only a failing write proves it.
    func onClientLeaving(_ action: (() -> Void)?)
}

extension Exchange {
    /// The whole body in one buffer.
    /// - Throws: `BodyFailure`; `tooLarge` without reading a byte if the client announces more than the limit.
    package func body(limit: Int) async throws -> Slice {
        if let length = head.bodyLength, length > limit { throw BodyFailure.tooLarge }
        guard var whole = try await nextPiece() else { return [] }
        guard whole.count <= limit else { throw BodyFailure.tooLarge }
        guard let second = try await nextPiece() else { return whole }
        // An announced length is only a promise: not everything is set aside for it at once.
        let expected = head.bodyLength.map { Int(min($0, 16 << 20)) } ?? 0
        whole = joined(whole, second, reserving: expected)
        while whole.count <= limit {
            guard let piece = try await nextPiece() else { return whole }
            whole.append(contentsOf: piece)
        }
        throw BodyFailure.tooLarge
    }

    private func joined(_ first: Slice, _ second: Slice, reserving expected: Int) -> Slice {
        var bytes = Bytes()
        bytes.reserveCapacity(max(expected, first.count + second.count))
        bytes.append(contentsOf: first)
        bytes.append(contentsOf: second)
        return bytes[...]
    }
}

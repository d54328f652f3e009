import Wire

/// Answers the requests of one loop. There is one handler object per loop, so what it holds needs no lock.
package protocol Handler: AnyObject {
    /// Answers one request. Returning without an answer makes it a 500; returning in the middle of one breaks the transfer.
    func handle(_ exchange: any Exchange) async

    /// The answer to something that was refused before it became a request, in the words of whoever asked. Framing and the closing of the
    /// connection are added to it.
    func rejectionResponse(for rejected: RejectedRequest) -> Response

    /// Is told of what ended without an answer.
    func report(_ rejection: ConnectionRejection)
}

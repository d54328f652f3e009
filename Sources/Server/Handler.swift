import Wire

/// Serves the requests of one loop. Each loop has its own handler object, so its state needs no lock.
package protocol Handler: AnyObject {
    /// Responds to a request if nothing must be waited for, neither its body nor anything else: such a request needs no task of its own.
    /// - Returns: false, with nothing done, if `handle` must serve the request.
    func respondImmediately(to exchange: any Exchange) -> Bool

    /// Serves one request. Returning without a response sends a 500; returning before its end aborts the transfer.
    func handle(_ exchange: any Exchange) async

    /// The response to input that was rejected before it became a request. The server adds the framing and closes the connection after
    /// it.
    func rejectionResponse(for rejected: RejectedRequest) -> Response

    /// Reports a connection or stream that ended without a response.
    func report(_ rejection: ConnectionRejection)
}

extension Handler {
    package func respondImmediately(to exchange: any Exchange) -> Bool { false }
}

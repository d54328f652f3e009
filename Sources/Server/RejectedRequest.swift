import Net

/// Why the HTTP layer answers by itself: a request that cannot be trusted, one that came too slowly, or a handler that did not answer.
package struct RejectedRequest: Sendable, Equatable {
    /// 400, 408, 414, 417, 431, 500, 501 or 505.
    package let status: Int
    /// One sentence that may be shown to the client.
    package let message: String
    /// Percent-encoded, without the query, if it was read before the doubt arose.
    package let path: String?
    /// The Origin field, if it was read before the doubt arose: it decides which web page may read the answer.
    package let origin: String?
    /// Who is at the other end of the connection.
    package let peer: Address

    package init(status: Int, message: String, path: String?, origin: String? = nil, peer: Address) {
        self.status = status
        self.message = message
        self.path = path
        self.origin = origin
        self.peer = peer
    }
}

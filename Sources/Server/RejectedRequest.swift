import Net

/// A request to which the HTTP layer itself responds: it is malformed, it came too slowly, or the handler sent no response.
package struct RejectedRequest: Sendable, Equatable {
    /// 400, 408, 414, 417, 431, 500, 501 or 505.
    package let status: Int
    /// One sentence that may be shown to the client.
    package let message: String
    /// Percent-encoded, without the query; nil if the error came before it.
    package let path: String?
    /// The Origin field, for CORS; nil if the error came before it.
    package let origin: String?
    /// The address at the other end of the connection.
    package let peer: Address

    package init(status: Int, message: String, path: String?, origin: String? = nil, peer: Address) {
        self.status = status
        self.message = message
        self.path = path
        self.origin = origin
        self.peer = peer
    }
}

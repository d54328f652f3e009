/// Why a call failed, and whether the request may have reached the server.
package struct ClientError: Error, Sendable {
    package enum Reason: String, Sendable {
        case badURL, forbiddenAddress
        /// The host does not exist.
        case lookup
        /// The DNS lookup itself failed: too many at once, a timeout, or no response from a name server. It proves nothing about the host.
        case resolver
        case connect, connectTimeout, tls, proxy
        case sendFailed, timeout, reset, closedEarly, malformed, tooLarge, encoding, cancelled
    }

    package var reason: Reason
    /// True if the request provably never arrived: DNS lookup, connect or TLS handshake failed, or no byte of it was written.
    package var neverArrived: Bool
    /// For the log; never shown to clients.
    package var detail: String
    /// A pooled connection failed before the first byte of a response.
    var isStale: Bool

    package init(_ reason: Reason, neverArrived: Bool, _ detail: String, isStale: Bool = false) {
        self.reason = reason
        self.neverArrived = neverArrived
        self.detail = detail
        self.isStale = isStale
    }
}

/// Why a call did not end well, and whether the request may have reached the server.
package struct ClientError: Error, Sendable {
    package enum Reason: String, Sendable {
        case badURL, forbiddenAddress
        /// There is no such host.
        case lookup
        /// Our own look-up failed: too many at once, too slow, or no name server answered. It says nothing about the host.
        case resolver
        case connect, connectTimeout, tls, proxy
        case sendFailed, timeout, reset, closedEarly, malformed, tooLarge, encoding, cancelled
    }

    package var reason: Reason
    /// True if the request provably never arrived: name lookup, connect, TLS handshake, or not one byte of it was written.
    package var neverArrived: Bool
    /// For the log; never shown to clients.
    package var detail: String
    /// A kept connection turned out to be dead before the first byte of an answer.
    var isStale: Bool

    package init(_ reason: Reason, neverArrived: Bool, _ detail: String, isStale: Bool = false) {
        self.reason = reason
        self.neverArrived = neverArrived
        self.detail = detail
        self.isStale = isStale
    }
}

import Net
import Wire

/// The timeouts of connections, precomputed in nanoseconds: 128-bit `Duration` arithmetic would cost more than the rest of a wait.
struct Timeouts {
    let handshake: Nanoseconds
    let header: Nanoseconds
    let keepAlive: Nanoseconds
    let bodyIdle: Nanoseconds
    let write: Nanoseconds
    let shutdownIdleWait: Nanoseconds
    let ping: Nanoseconds

    init(_ limits: Limits) {
        handshake = Nanoseconds(limits.tlsHandshakeTimeout)
        header = Nanoseconds(limits.headerTimeout)
        keepAlive = Nanoseconds(limits.keepaliveTimeout)
        bodyIdle = Nanoseconds(limits.bodyIdleTimeout)
        write = Nanoseconds(limits.writeTimeout)
        shutdownIdleWait = Nanoseconds(limits.shutdownIdleWait)
        ping = Nanoseconds(limits.pingTimeout)
    }
}

/// A duration that is often added to an instant.
struct Nanoseconds {
    private let nanoseconds: Int64

    init(_ span: Duration) {
        nanoseconds = (Instant(nanoseconds: 0) + span).nanoseconds
    }

    /// Saturates at `never`.
    static func + (start: Instant, span: Nanoseconds) -> Instant {
        let (sum, isTooFar) = start.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return isTooFar ? .never : Instant(nanoseconds: sum)
    }
}

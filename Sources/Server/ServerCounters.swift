import Synchronization

/// What a server counts for whoever watches it, over all loops.
final class ServerCounters: Sendable {
    /// Connections for which there was no place.
    let rejectedConnections = Atomic(0)
    /// Handshakes that came to their end, and how many of them took up an earlier session.
    let handshakes = Atomic(0)
    let resumedHandshakes = Atomic(0)
    let failedHandshakes = Atomic(0)
    /// Connections and streams of HTTP/2 that were ended for a client's mistake or abuse.
    let http2Errors = Atomic(0)
}

extension Atomic where Value == Int {
    borrowing func increment() { add(1, ordering: .relaxed) }
    var current: Int { load(ordering: .relaxed) }
}

import Synchronization

/// Counters of a server, over all loops: see `Server.Stats`.
final class ServerCounters: Sendable {
    /// Connections rejected because a limit was reached.
    let rejectedConnections = Atomic(0)
    /// Completed handshakes, and how many of them resumed a session.
    let handshakes = Atomic(0)
    let resumedHandshakes = Atomic(0)
    let failedHandshakes = Atomic(0)
    /// HTTP/2 connections and streams that ended because of an error or abuse of the client.
    let http2Errors = Atomic(0)
}

extension Atomic where Value == Int {
    borrowing func increment() { add(1, ordering: .relaxed) }
    var current: Int { load(ordering: .relaxed) }
}

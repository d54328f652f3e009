import Net
import Synchronization

extension Server {
    /// Counters since the start, and current values, over all loops.
    package struct Stats: Sendable {
        /// Open connections.
        package var connections: Int
        /// Connections rejected because a limit was reached.
        package var rejectedConnections: Int
        package var handshakes: Int
        /// Of them, resumed sessions.
        package var resumedHandshakes: Int
        package var failedHandshakes: Int
        /// HTTP/2 connections and streams that ended because of an error or abuse of the client.
        package var http2Errors: Int
        /// Bytes of request bodies in memory.
        package var bufferedBodyBytes: Int
        /// How often accepting paused because descriptors or memory had run out.
        package var acceptBackoffs: Int
    }

    package var stats: Stats {
        Stats(
            connections: connectionLimiter.count, rejectedConnections: counters.rejectedConnections.current,
            handshakes: counters.handshakes.current, resumedHandshakes: counters.resumedHandshakes.current,
            failedHandshakes: counters.failedHandshakes.current, http2Errors: counters.http2Errors.current,
            bufferedBodyBytes: bodyMemory.reservedBytes,
            acceptBackoffs: listeners.withLock { $0.reduce(0) { $0 + $1.acceptBackoffs } })
    }
}

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

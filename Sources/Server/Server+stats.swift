import Net
import Synchronization

extension Server {
    package struct Stats: Sendable {
        /// Open now.
        package var connections: Int
        /// For which there was no place.
        package var rejectedConnections: Int
        package var handshakes: Int
        /// Of them, those that took up an earlier session.
        package var resumedHandshakes: Int
        package var failedHandshakes: Int
        /// Connections and streams of HTTP/2 that were ended for a client's mistake or abuse.
        package var http2Errors: Int
        /// Bytes of request bodies that are held now.
        package var bufferedBodyBytes: Int
        /// How often accepting rested because descriptors or memory had run out.
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

import Net
import Synchronization

extension Server {
    package struct Figures: Sendable {
        /// Open now.
        package var connections: Int
        /// For which there was no place.
        package var refused: Int
        package var handshakes: Int
        /// Of them, those that took up an earlier session.
        package var resumed: Int
        package var failedHandshakes: Int
        /// Connections and streams of HTTP/2 that were ended for a client's mistake or abuse.
        package var brokenHTTP2: Int
        /// Bytes of request bodies that are held now.
        package var heldBytes: Int
        /// How often accepting rested because descriptors or memory had run out.
        package var acceptPauses: Int
    }

    package var figures: Figures {
        Figures(
            connections: gate.count, refused: tally.refused.current, handshakes: tally.handshakes.current, resumed: tally.resumed.current,
            failedHandshakes: tally.failedHandshakes.current, brokenHTTP2: tally.brokenHTTP2.current, heldBytes: ledger.count,
            acceptPauses: listeners.withLock { $0.reduce(0) { $0 + $1.pauses } })
    }
}

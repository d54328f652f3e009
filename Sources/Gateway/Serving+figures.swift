import Net
import Server
import Telemetry

extension Serving {
    /// Tells what the server counts.
    func watchFigures() {
        let figures: KeyValuePairs<String, (Telemetry.FigureKind, String, @Sendable (Server.Figures) -> Int)> = [
            "genlock_connections": (.gauge, "Open connections of clients.", { $0.connections }),
            "genlock_connections_refused_total": (.total, "Connections for which there was no place.", { $0.refused }),
            "genlock_accept_pauses_total": (.total, "Times that accepting rested for want of descriptors or memory.", { $0.acceptPauses }),
            "genlock_tls_handshakes_total": (.total, "TLS handshakes that came to their end.", { $0.handshakes }),
            "genlock_tls_resumed_total": (.total, "Handshakes that took up an earlier session.", { $0.resumed }),
            "genlock_tls_failures_total": (.total, "TLS handshakes that failed.", { $0.failedHandshakes }),
            "genlock_http2_errors_total": (
                .total, "Connections and streams of HTTP/2 that were ended for a client's mistake or abuse.", { $0.brokenHTTP2 }
            ),
            "genlock_held_bytes": (.gauge, "Bytes of request bodies in flight.", { $0.heldBytes }),
        ]
        for (name, (kind, help, read)) in figures {
            house.telemetry.watch(name, kind, help) { [server] in read(server.figures) }
        }
        house.telemetry.watch("genlock_ready", .gauge, "1 while jobs can be created, 0 while they cannot, or the server ends.") { [house] in
            house.unreadyReason == nil ? 1 : 0
        }
        house.telemetry.watch(
            "genlock_tls_certificate_expiry_seconds", .gauge, "When the first of the certificates expires, in Unix time; 0 without TLS."
        ) { [desk] in Int(desk.context?.expires ?? 0) }
    }
}

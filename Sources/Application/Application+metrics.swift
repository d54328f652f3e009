import Gateway
import Net
import Server
import Telemetry
import Watching

extension Application {
    /// Tells what the server counts.
    func registerMetrics() {
        let metrics: KeyValuePairs<String, (Telemetry.MetricKind, String, @Sendable (Server.Stats) -> Int)> = [
            "genlock_connections": (.gauge, "Open connections of clients.", { $0.connections }),
            "genlock_connections_rejected_total": (.counter, "Connections for which there was no place.", { $0.rejectedConnections }),
            "genlock_accept_backoffs_total": (
                .counter, "Times that accepting rested for want of descriptors or memory.", { $0.acceptBackoffs }
            ),
            "genlock_tls_handshakes_total": (.counter, "TLS handshakes that came to their end.", { $0.handshakes }),
            "genlock_tls_resumed_total": (.counter, "Handshakes that took up an earlier session.", { $0.resumedHandshakes }),
            "genlock_tls_failures_total": (.counter, "TLS handshakes that failed.", { $0.failedHandshakes }),
            "genlock_http2_errors_total": (
                .counter, "Connections and streams of HTTP/2 that were ended for a client's mistake or abuse.", { $0.http2Errors }
            ),
            "genlock_buffered_body_bytes": (.gauge, "Bytes of request bodies in flight.", { $0.bufferedBodyBytes }),
        ]
        for (name, (kind, help, read)) in metrics {
            shared.telemetry.observe(name, kind, help: help) { [server] in read(server.stats) }
        }
        shared.telemetry.observe("genlock_ready", .gauge, help: "1 while jobs can be created, 0 while they cannot, or the server ends.") {
            [shared] in
            shared.unreadyReason == nil ? 1 : 0
        }
        if let watcher = shared.watcher {
            shared.telemetry.observe("genlock_watched_jobs", .gauge, help: "Jobs that the server follows to their end.") { watcher.count }
        }
        shared.telemetry.observe(
            "genlock_tls_certificate_expiry_seconds", .gauge,
            help: "When the first of the certificates expires, in Unix time; 0 without TLS."
        ) { [currentTLS] in Int(currentTLS.context?.expires ?? 0) }
    }
}

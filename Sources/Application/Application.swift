import Client
import Configuration
import Crypto
import Gateway
import JobState
import Jobs
import Journal
import Net
import Seal
import Server
import Synchronization
import Telemetry
import Watching
import Webhooks
import Wire

/// The running program: loops, listeners and a gateway on each loop.
package final class Application: Sendable {
    /// One bound socket and its address in the configuration.
    struct BoundListener {
        /// Nil for a socket that a service manager has passed.
        let listen: Configuration.Listen?
        let listener: Listener
    }

    struct State {
        var configuration: Configuration
        var boundListeners: [BoundListener] = []
        /// The listeners of the administration.
        var adminListeners: [BoundListener] = []
        /// Identify the certificate files that were read last, even if they could not be used.
        var certificateMarks: [FileFingerprint]
    }

    /// The gateway of the first loop, for what runs without a request. A reload replaces it.
    final class CurrentGateway {
        var gateway: Gateway?
    }

    package let shared: SharedState
    let currentGateway: Confined<CurrentGateway>
    let server: Server
    /// Serves the administration's own addresses.
    let administration: Server
    let resolver: Resolver
    let ticketKeys: TLSTicketKeys
    let currentTLS: CurrentTLSContext
    let state: Mutex<State>
    let firstLoop: Loop

    /// Binds every address and starts to serve.
    /// - Parameters:
    ///   - loops: one per core in production.
    ///   - passed: sockets that a service manager has bound; they replace the configuration's `listen`.
    /// - Throws: `.misconfigured` with the address or file that cannot be used.
    package init(_ configuration: Configuration, shared: SharedState, loops: [Loop], passed: [Listener] = []) async throws(Fault) {
        self.shared = shared
        let limits = configuration.limits
        resolver = Resolver(limits)
        ticketKeys = TLSTicketKeys(ttl: limits.tlsTicketKeyTTL)
        state = Mutex(State(configuration: configuration, certificateMarks: Application.readCertificateMarks(of: configuration.tls)))
        currentTLS = CurrentTLSContext(try Application.loadServerTLS(configuration.tls, ticketKeys))
        let upstreamTLS = try Application.loadClientTLS(trusting: configuration.accounts.compactMap(\.caFile))
        let firstLoop = loops[0]
        self.firstLoop = firstLoop
        let currentGateway = await firstLoop.run { _ in Confined(CurrentGateway()) }
        self.currentGateway = currentGateway
        server = await Server(on: loops, limits: limits, clock: { WallClock.now }, bodyMemory: shared.memory) { [resolver] loop in
            let client = Client(resolver: resolver, tls: upstreamTLS, limits: limits)
            let gateway = Gateway(shared: shared, client: client, clock: { WallClock.now })
            if loop === firstLoop { currentGateway.open().gateway = gateway }
            return gateway
        }
        administration = await Server(on: Array(loops.prefix(1)), limits: limits, clock: { WallClock.now }) { _ in
            AdministrationHandler(shared: shared, clock: { WallClock.now })
        }
        let adminListeners = try await bindAdministration(configuration)
        let boundListeners = try await bindAndServe(configuration, passed)
        state.withLock { ($0.boundListeners, $0.adminListeners) = (boundListeners, adminListeners) }
        registerMetrics()
        startFollowingJobs()
        try startDeliveringEvents(configuration)
        loops[0].spawn { [weak self] loop in
            let reader = Worker("certificates")
            while let pause = self?.state.withLock({ $0.configuration.limits.certificateCheckInterval }) {
                await loop.sleep(for: pause)
                await reader.run { [weak self] in self?.reloadChangedCertificates() }
            }
        }
    }

    /// Starts what happens to jobs without a client: lost ones are looked for, and accepted ones are followed to their end.
    private func startFollowingJobs() {
        firstLoop.spawn { [currentGateway] _ in
            let current = currentGateway.open()
            await current.gateway?.reconcileAmbiguousJobs { current.gateway }
        }
        firstLoop.spawn { [currentGateway, shared] _ in
            let current = currentGateway.open()
            await shared.watcher?.run(isClosing: { shared.statusCache.isClosing.load(ordering: .acquiring) }) { job in
                await current.gateway?.poll(job) ?? .failed(retryAfter: nil)
            }
        }
        firstLoop.spawn { [currentGateway, shared] _ in
            let current = currentGateway.open()
            await Gateway.keepResults(isClosing: { shared.statusCache.isClosing.load(ordering: .acquiring) }) { current.gateway }
        }
    }

    /// The bound addresses, with the ports that the kernel chose.
    package var addresses: [Address] { state.withLock { $0.boundListeners.map(\.listener.address) } }

    /// How long `drain` waits for requests in flight.
    package var shutdownGrace: Duration { state.withLock { $0.configuration.limits.shutdownGrace } }

    /// Accepts connections for `shutdown_delay` more, then waits for requests in flight, and aborts those that are left after the grace
    /// period.
    package func drain() async {
        shared.isDraining.store(true, ordering: .releasing)
        let limits = state.withLock { $0.configuration.limits }
        if limits.shutdownDelay > .zero {
            await server.announceDrain()
            await firstLoop.run { loop in await loop.sleep(for: limits.shutdownDelay) }
        }
        shared.statusCache.close()
        let webhooks = Task { [shared] in await shared.webhooks?.close(within: limits.shutdownGrace) }
        await server.drain(within: limits.shutdownGrace)
        await webhooks.value
        await shared.journal?.close()
        await administration.drain(within: state.withLock { $0.configuration.limits.shutdownAbortWait })
    }
}

extension Application {
    /// Exports the server's counters as metrics.
    func registerMetrics() {
        let metrics: KeyValuePairs<String, (Telemetry.MetricKind, String, @Sendable (Server.Stats) -> Int)> = [
            "genlock_connections": (.gauge, "Open connections of clients.", { $0.connections }),
            "genlock_connections_rejected_total": (
                .counter, "Connections rejected because of a connection limit.", { $0.rejectedConnections }
            ),
            "genlock_accept_backoffs_total": (
                .counter, "Pauses in accepting connections for lack of descriptors or memory.", { $0.acceptBackoffs }
            ),
            "genlock_tls_handshakes_total": (.counter, "Completed TLS handshakes.", { $0.handshakes }),
            "genlock_tls_resumed_total": (.counter, "Handshakes that resumed an earlier session.", { $0.resumedHandshakes }),
            "genlock_tls_failures_total": (.counter, "Failed TLS handshakes.", { $0.failedHandshakes }),
            "genlock_http2_errors_total": (
                .counter, "HTTP/2 connections and streams closed because of a client's error or abuse.", { $0.http2Errors }
            ),
            "genlock_buffered_body_bytes": (.gauge, "Bytes of request bodies in flight.", { $0.bufferedBodyBytes }),
        ]
        for (name, (kind, help, read)) in metrics {
            shared.telemetry.observe(name, kind, help: help) { [server] in read(server.stats) }
        }
        shared.telemetry.observe(
            "genlock_ready", .gauge, help: "1 while jobs can be created; 0 while they cannot, or the server shuts down."
        ) { [shared] in
            shared.unreadyReason == nil ? 1 : 0
        }
        if let watcher = shared.watcher {
            shared.telemetry.observe("genlock_watched_jobs", .gauge, help: "Jobs that the server follows to their end.") { watcher.count }
        }
        registerResultMetrics()
        shared.telemetry.observe(
            "genlock_tls_certificate_expiry_seconds", .gauge,
            help: "When the first of the certificates expires, in Unix time; 0 without TLS."
        ) { [currentTLS] in Int(currentTLS.context?.expires ?? 0) }
    }

    /// Exports the figures of kept results.
    private func registerResultMetrics() {
        let metrics: KeyValuePairs<String, (Telemetry.MetricKind, String, @Sendable (ResultActivity.Figures) -> Int)> = [
            "genlock_results": (.gauge, "Kept results.", { Int($0.totals.files) }),
            "genlock_result_bytes": (.gauge, "Bytes of kept results.", { Int($0.totals.bytes) }),
            "genlock_results_pending": (.gauge, "Results that wait to be copied.", { Int($0.totals.pending) }),
            "genlock_results_copied_total": (.counter, "Results copied from vendors.", { $0.copied }),
            "genlock_result_copy_failures_total": (.counter, "Copies of results that failed.", { $0.failedCopies }),
            "genlock_results_evicted_by_age_total": (.counter, "Results removed because of their age.", { $0.evictedByAge }),
            "genlock_results_evicted_by_size_total": (.counter, "Results removed because of max_size.", { $0.evictedBySize }),
            "genlock_results_served_total": (.counter, "Downloads served from kept results.", { $0.served }),
        ]
        for (name, (kind, help, read)) in metrics {
            shared.telemetry.observe(name, kind, help: help) { [shared] in read(shared.results.currentFigures) }
        }
    }
}

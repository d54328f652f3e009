import Client
import Configuration
import Crypto
import Gateway
import Glibc
import Jobs
import Net
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import Webhooks
import Wire

extension Application {
    /// A configuration that can replace the current one, with everything that is read from files for it.
    package struct PreparedConfiguration: Sendable {
        package let configuration: Configuration
        let certificateMarks: [FileFingerprint]
        let config: RuntimeConfig
        let sealKeys: KeyRing
        let tls: TLSContext?
        let upstreamTLS: TLSContext
    }

    /// Reads the files that a new configuration names; changes nothing. Reading may be slow, so call it on a thread of its own.
    /// - Throws: `.misconfigured` with a sentence for the operator.
    package func prepare(_ new: Configuration) throws(Fault) -> PreparedConfiguration {
        let old = state.withLock { $0.configuration }
        guard new.state == old.state, new.journal.isSame(as: old.journal), new.watchesJobs == old.watchesJobs else {
            throw Fault(.misconfigured, "'state', 'journal' and 'watch' cannot change while the program runs: restart it.")
        }
        if let reason = new.reasonNotToReplace(old) { throw Fault(.misconfigured, reason) }
        for listen in new.listen where old.listen.contains(listen) && new.listenOptions[listen] != old.listenOptions[listen] {
            throw Fault(.misconfigured, "The options of \(listen) cannot change while the program runs: restart it.")
        }
        let sealKeys = try Application.loadSealKeys(new)
        let config = try RuntimeConfig(new, catalog: try Application.makeCatalog(new), seal: sealKeys)
        if config.planner.isSimulated, !shared.config.planner.isSimulated {
            throw Fault(
                .misconfigured, "only accounts of the test vendor are left, which would answer for every model: restart to simulate")
        }
        return PreparedConfiguration(
            configuration: new, certificateMarks: Application.readCertificateMarks(of: new.tls), config: config, sealKeys: sealKeys,
            tls: try Application.loadServerTLS(new.tls, ticketKeys),
            upstreamTLS: try Application.loadClientTLS(trusting: new.accounts.compactMap(\.caFile)))
    }

    /// Applies a new configuration completely or not at all. Requests in progress finish with the old one.
    /// - Throws: `.misconfigured` with a sentence for the operator; nothing has changed then.
    package func adopt(_ prepared: PreparedConfiguration) async throws(Fault) {
        let (new, upstreamTLS) = (prepared.configuration, prepared.upstreamTLS)
        let openedAdmin = try await bindAdministration(new)
        let opened: [BoundListener]
        do throws(Fault) { opened = try await bindAndServe(new) } catch {
            for boundListener in openedAdmin { administration.close(boundListener.listener) }
            throw error
        }

        // Nothing below can fail.
        shared.config = prepared.config
        shared.webhooks?.adopt(SharedWebhooks.Settings(new, egress: prepared.config.egress), keys: prepared.sealKeys)
        AliasReport.logWarnings(of: new, in: shared, now: WallClock.now)
        currentTLS.context = prepared.tls
        await server.adopt(new.limits) { [shared, resolver, firstLoop, currentGateway] loop in
            let client = Client(resolver: resolver, tls: upstreamTLS, limits: new.limits)
            let gateway = Gateway(shared: shared, client: client, clock: { WallClock.now })
            if loop === firstLoop { currentGateway.open().gateway = gateway }
            return gateway
        }
        let closed = state.withLock { state in
            state.configuration = new
            state.certificateMarks = prepared.certificateMarks
            // A passed socket belongs to no address of the configuration and stays open.
            let isKept = { (boundListener: BoundListener) in boundListener.listen.map(new.listen.contains) ?? true }
            defer { state.boundListeners = state.boundListeners.filter(isKept) + opened }
            return state.boundListeners.filter { !isKept($0) }
        }
        for boundListener in closed { server.close(boundListener.listener) }
        await adoptAdministration(openedAdmin, new)
    }

    /// Loads the certificate files again if they have changed. If the new ones cannot be used, the old ones stay in force, and the error
    /// is logged once for each change. Reading may be slow, so call it on a thread of its own.
    package func reloadChangedCertificates() {
        let (settings, seen) = state.withLock { ($0.configuration.tls, $0.certificateMarks) }
        let certificateMarks = Application.readCertificateMarks(of: settings)
        guard certificateMarks != seen else { return }
        state.withLock { $0.certificateMarks = certificateMarks }
        do throws(Fault) {
            let context = try Application.loadServerTLS(settings, ticketKeys)
            // A reload may have been faster.
            guard state.withLock({ $0.configuration.tls == settings }) else { return }
            currentTLS.context = context
            shared.telemetry.log(.notice, "the files of certificates have changed and are in force")
        } catch {
            shared.telemetry.log(
                .error, "the files of certificates have changed and cannot be used, the old ones stay in force",
                fields: ["detail": error.message])
        }
    }

    static func readCertificateMarks(of settings: Configuration.TLS?) -> [FileFingerprint] {
        guard let settings else { return [] }
        return (settings.identities.flatMap { [$0.certificate, $0.key] } + [settings.clientCA].compactMap(\.self)).map {
            FileFingerprint($0)
        }
    }
}

extension Configuration.Journal {
    fileprivate func isSame(as other: Configuration.Journal) -> Bool {
        switch (self, other) {
        case (.sqlite, .sqlite), (.off, .off): true
        case (.postgres(let one), .postgres(let two)): one.reveal() == two.reveal()
        default: false
        }
    }
}

/// Detects that a file was changed or replaced, without reading it. The fingerprints of missing files are equal.
struct FileFingerprint: Sendable, Equatable {
    private var numbers: [Int] = []

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        numbers = [
            Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}

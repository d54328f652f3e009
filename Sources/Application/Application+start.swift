import Catalog
import Configuration
import Crypto
import Gateway
import HTTP
import Jobs
import Journal
import Net
import Seal
import Storage
import Telemetry
import Watching
import Webhooks
import Wire

extension Application {
    /// Starts the server from a checked configuration: sealing keys, catalog, journal, runtime configuration, listeners.
    /// - Throws: `.misconfigured` with a sentence for the operator.
    package static func start(_ configuration: Configuration, loops: [Loop], telemetry: Telemetry, passed: [Listener] = [])
        async throws(Fault) -> Application
    {
        if let objection = HTTP2Library.incompatibility() { throw Fault(.misconfigured, objection) }
        let ring = try loadSealKeys(configuration)
        let config = try RuntimeConfig(configuration, catalog: try makeCatalog(configuration), seal: ring)
        let journal = try makeJournal(configuration)
        let webhooks = journal.map { journal in
            SharedWebhooks(
                journal, keys: ring, settings: SharedWebhooks.Settings(configuration, egress: config.egress), limits: configuration.limits,
                random: config.random, clock: { WallClock.now })
        }
        if let journal { await openJournal(journal, on: loops[0], telemetry) }
        let uploads = UploadTokens(
            folder: StateFolder.location(of: configuration.state) + "/uploads", keys: ring.derived("genlock uploads 1"),
            limits: configuration.limits)
        loops[0].spawn { loop in
            while true {
                uploads.sweep(now: WallClock.now)
                await loop.sleep(for: uploadSweepInterval)
            }
        }
        let shared = SharedState(
            config, telemetry: telemetry, journal: journal, uploads: uploads, watcher: makeWatcher(configuration, journal),
            webhooks: webhooks)
        AliasReport.logWarnings(of: configuration, in: shared, now: WallClock.now)
        await shared.resumeSlots(now: WallClock.now, instant: .now)
        return try await Application(configuration, shared: shared, loops: loops, passed: passed)
    }

    /// Nil if nothing is watched.
    private static func makeWatcher(_ configuration: Configuration, _ journal: Journal?) -> Watcher? {
        guard configuration.watchesJobs, let journal else { return nil }
        return Watcher(journal, limits: configuration.limits, clock: { WallClock.now }, monotonic: { .now })
    }

    /// The sealing keys from the environment, else from the state folder, where the first start generates them.
    package static func loadSealKeys(_ configuration: Configuration) throws(Fault) -> KeyRing {
        do {
            if let given = configuration.sealKeys { return try KeyRing(parsing: given) }
            let file = SealKeyFile(in: try StateFolder(configuration.state))
            let text = try file.read { KeyRing.generate(random: .system).text.withBytes { Bytes($0) } }
            return try KeyRing(parsing: Secret(text))
        } catch {
            throw Fault(.misconfigured, "The sealing keys cannot be used: \(error).")
        }
    }

    /// The configured journal, not yet opened; nil if it is off.
    package static func makeJournal(_ configuration: Configuration) throws(Fault) -> Journal? {
        switch configuration.journal {
        case .off: return nil
        case .postgres: throw Fault(.misconfigured, "A journal in PostgreSQL is not available; 'sqlite' and 'off' are.")
        case .sqlite: break
        }
        do throws(StateFolder.StateError) {
            return Journal(
                in: try StateFolder(configuration.state).path, limits: configuration.limits, knowsEndpoints: configuration.deliversEvents
            ) { WallClock.now }
        } catch {
            throw Fault(.misconfigured, "The journal cannot be used: \(error).")
        }
    }

    /// The server starts even if the journal cannot be used: status and downloads do not need it, creates are refused.
    private static func openJournal(_ journal: Journal, on loop: Loop, _ telemetry: Telemetry) async {
        do throws(StorageError) {
            let found = try await journal.open()
            if found > 0 {
                telemetry.log(.warning, "jobs of an earlier run may have been accepted by their vendors", fields: ["jobs": "\(found)"])
            }
        } catch {
            telemetry.recordJournalFailure("the journal cannot be used, creates are refused: \(error)")
        }
        loop.spawn { loop in
            var isFailing = journal.failure != nil
            while true {
                await loop.sleep(for: isFailing ? failingJournalCheckInterval : journalMaintenanceInterval)
                journal.maintain()
                let failure = journal.failure
                guard isFailing != (failure != nil) else { continue }
                isFailing = failure != nil
                telemetry.log(
                    isFailing ? .error : .notice, isFailing ? "not ready: no job can be created" : "ready again: jobs can be created",
                    fields: ["detail": failure?.description ?? "the journal can be written"])
            }
        }
    }

    private static let journalMaintenanceInterval: Duration = .seconds(5)
    private static let failingJournalCheckInterval: Duration = .seconds(1)
    private static let uploadSweepInterval: Duration = .seconds(600)

    /// The shipped catalog with the overrides of the configuration's files.
    package static func makeCatalog(_ configuration: Configuration = Configuration()) throws(Fault) -> Catalog {
        do throws(CatalogError) {
            return try Catalog(lazy: CatalogFile.shipped, overrides: configuration.vendorFiles.map(CatalogFile.init))
        } catch {
            throw Fault(.misconfigured, "The catalog cannot be read: \(error).")
        }
    }
}

import Catalog
import Configuration
import Crypto
import HTTP
import Jobs
import Journal
import Net
import Seal
import Telemetry
import Wire

extension Serving {
    /// Everything between a checked configuration and the first request: sealing keys, catalog, studio, listeners.
    /// - Throws: `.misconfigured` with a sentence for the operator.
    package static func open(_ configuration: Configuration, loops: [Loop], telemetry: Telemetry, passed: [Listener] = [])
        async throws(Fault) -> Serving
    {
        if let objection = HTTP2Library.objection() { throw Fault(.misconfigured, objection) }
        let ring = try ring(configuration)
        let studio = try Studio(configuration, catalog: try catalog(configuration), seal: ring)
        let journal = try journal(configuration)
        if let journal { await start(journal, on: loops[0], telemetry) }
        let uploads = Uploads(
            folder: StateFolder.location(of: configuration.state) + "/uploads", keys: ring.derived("genlock uploads 1"),
            limits: configuration.limits)
        loops[0].spawn { loop in
            while true {
                uploads.sweep(now: WallClock.now)
                await loop.sleep(for: sweepEvery)
            }
        }
        let house = House(studio, telemetry: telemetry, journal: journal, uploads: uploads)
        house.reportAliases(of: configuration, now: WallClock.now)
        await house.resumeSlots(now: WallClock.now, instant: .now)
        return try await Serving(configuration, house: house, loops: loops, passed: passed)
    }

    /// The sealing keys: from the environment, else from the state folder, where the first start makes them.
    package static func ring(_ configuration: Configuration) throws(Fault) -> KeyRing {
        do {
            if let given = configuration.sealKeys { return try KeyRing(parsing: given) }
            let file = SealKeyFile(in: try StateFolder(configuration.state))
            let text = try file.read { KeyRing.generate(random: .system).text.withBytes { Bytes($0) } }
            return try KeyRing(parsing: Secret(text))
        } catch {
            throw Fault(.misconfigured, "The sealing keys cannot be used: \(error).")
        }
    }

    /// The journal that the configuration names, not yet opened; nil if it is off.
    package static func journal(_ configuration: Configuration) throws(Fault) -> Journal? {
        switch configuration.journal {
        case .off: return nil
        case .postgres: throw Fault(.misconfigured, "A journal in PostgreSQL is not available; 'sqlite' and 'off' are.")
        case .sqlite: break
        }
        do throws(StateFolder.Failure) {
            return Journal(in: try StateFolder(configuration.state).path, limits: configuration.limits) { WallClock.now }
        } catch {
            throw Fault(.misconfigured, "The journal cannot be used: \(error).")
        }
    }

    /// A journal that cannot be used does not keep the program from serving: status and downloads need none, creates are refused.
    private static func start(_ journal: Journal, on loop: Loop, _ telemetry: Telemetry) async {
        do throws(StorageFailure) {
            let found = try await journal.open()
            if found > 0 {
                telemetry.say(.warning, "jobs of an earlier run may have been accepted by their vendors", ["jobs": "\(found)"])
            }
        } catch {
            telemetry.storageFailed("the journal cannot be used, creates are refused: \(error)")
        }
        loop.spawn { loop in
            var isFailing = journal.failure != nil
            while true {
                await loop.sleep(for: isFailing ? tendFailingEvery : tendEvery)
                journal.tend()
                let failure = journal.failure
                guard isFailing != (failure != nil) else { continue }
                isFailing = failure != nil
                telemetry.say(
                    isFailing ? .error : .notice, isFailing ? "not ready: no job can be created" : "ready again: jobs can be created",
                    ["detail": failure?.description ?? "the journal can be written"])
            }
        }
    }

    private static let tendEvery: Duration = .seconds(5)
    private static let tendFailingEvery: Duration = .seconds(1)
    private static let sweepEvery: Duration = .seconds(600)

    /// The shipped catalog with what the configuration's files say on top.
    package static func catalog(_ configuration: Configuration = Configuration()) throws(Fault) -> Catalog {
        do throws(CatalogMistake) {
            return try Catalog(late: CatalogFile.shipped, overrides: configuration.vendorFiles.map(CatalogFile.init))
        } catch {
            throw Fault(.misconfigured, "The catalog cannot be read: \(error).")
        }
    }
}

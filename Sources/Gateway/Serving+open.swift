import Catalog
import Configuration
import Crypto
import Jobs
import Net
import Seal
import Telemetry
import Wire

extension Serving {
    /// Everything between a checked configuration and the first request: sealing keys, catalog, studio, listeners.
    /// - Throws: `.misconfigured` with a sentence for the operator.
    package static func open(_ configuration: Configuration, loops: [Loop], telemetry: Telemetry) async throws(Fault) -> Serving {
        let studio = try Studio(configuration, catalog: try catalog(), seal: try ring(configuration))
        let house = House(studio, telemetry: telemetry)
        return try await Serving(configuration, house: house, loops: loops)
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

    package static func catalog() throws(Fault) -> Catalog {
        do throws(CatalogMistake) { return try Catalog() } catch { throw Fault(.misconfigured, "The catalog cannot be read: \(error).") }
    }
}

import Access
import Application
import Catalog
import Client
import Configuration
import Crypto
import Gateway
import Glibc
import Jobs
import Net
import Seal
import Telemetry
import Wire

/// Runs async code on a loop on the current thread, and exits the process with its result.
nonisolated func onLoop(_ work: @Sendable @escaping (isolated Loop) async throws(CLIError) -> ExitStatus) -> Never {
    let loop = Loop()
    loop.spawn { loop in
        do throws(CLIError) {
            exit(try await work(loop).rawValue)
        } catch {
            Console.printError(error.message)
            exit(error.exitStatus.rawValue)
        }
    }
    loop.run()
}

/// Connects the commands with the modules: creates a server and a client.
enum Wiring {
    /// Starts a server with a configuration.
    static func startServer(
        _ configuration: Configuration, loops: [Loop], telemetry: Telemetry, inherited: [Listener] = []
    ) async throws(CLIError) -> Application {
        if !configuration.allowsCoreDumps { ProcessLimits.disableCoreDumps() }
        do throws(Fault) {
            return try await Application.start(configuration, loops: loops, telemetry: telemetry, passed: inherited)
        } catch {
            throw CLIError(error)
        }
    }

    /// The log of a configuration, on standard error.
    static func makeTelemetry(_ configuration: Configuration) -> Telemetry {
        let (log, limits) = (configuration.log, configuration.limits)
        let level = Telemetry.Level(rawValue: log.level.rawValue) ?? .info
        return Telemetry(
            log: Log(level: level, format: Log.Format(rawValue: log.format.rawValue), bytes: limits.logBufferBytes),
            version: Genlock.version,
            limits: limits)
    }

    /// Starts a server for one video: on a free loopback port, with a key that only this process knows. Its jobs belong to the owner
    /// "local", as those of a server without keys do.
    static func startPrivateServer(_ configuration: Configuration, on loop: Loop) async throws(CLIError) -> (
        application: Application, url: String, key: String
    ) {
        var configuration = configuration
        let key = Hex.text(RandomSource.system.bytes(24))
        configuration.listen = [.tcp(host: "127.0.0.1", port: 0)]
        configuration.admin = []
        configuration.tls = nil
        configuration.publicURL = nil
        configuration.deliversEvents = false
        configuration.keys = [Configuration.Key(name: Caller.local.owner.name, sha256: SHA256.digest(of: key).bytes)]
        let application = try await startServer(configuration, loops: [loop], telemetry: Telemetry())
        guard let port = application.addresses.first?.port else { throw CLIError(.unreachable, "no free port") }
        return (application, "http://127.0.0.1:\(port)", key)
    }

    /// A client for calls to a server. Runs on a loop.
    static func makeClient(_ limits: Limits) throws(CLIError) -> Client {
        do throws(TLSContext.SetupError) {
            return Client(resolver: Resolver(limits), tls: try TLSContext.client(), limits: limits)
        } catch {
            throw CLIError(.badInput, "cannot read the system's certificate authorities: \(error)")
        }
    }

    /// Opens the certificate files that a configuration names.
    static func checkCertificateFiles(of configuration: Configuration) throws(CLIError) {
        do throws(Fault) { try Application.checkTLS(configuration) } catch { throw CLIError(error) }
    }

    /// Compiles a configuration without opening files. Uses random sealing keys: nothing is sealed with them.
    static func compile(_ configuration: Configuration) throws(CLIError) -> RuntimeConfig {
        do throws(Fault) {
            return try RuntimeConfig(configuration, catalog: try Application.makeCatalog(configuration), seal: .generate(random: .system))
        } catch {
            throw CLIError(.badInput, error.message)
        }
    }

    /// One loop for each core that this process may use.
    static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

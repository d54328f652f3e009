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

/// Runs straight-line code on a loop that is this very thread, and ends the process with what it returns.
nonisolated func onLoop(_ work: @Sendable @escaping (isolated Loop) async throws(Complaint) -> Ending) -> Never {
    let loop = Loop()
    loop.spawn { loop in
        do throws(Complaint) {
            exit(try await work(loop).rawValue)
        } catch {
            Console.complain(error.message)
            exit(error.ending.rawValue)
        }
    }
    loop.run()
}

/// The seams between commands and the rooms below: how a server and a client are put together.
enum Wiring {
    /// Opens everything a configuration describes.
    static func serve(
        _ configuration: Configuration, loops: [Loop], telemetry: Telemetry, passed: [Listener] = []
    ) async throws(Complaint) -> Serving {
        if !configuration.allowsCoreDumps { ProcessLimits.forbidDumps() }
        do throws(Fault) {
            return try await Serving.open(configuration, loops: loops, telemetry: telemetry, passed: passed)
        } catch {
            throw Complaint(error)
        }
    }

    /// The log that a configuration wants, on standard error.
    static func telemetry(_ configuration: Configuration) -> Telemetry {
        let (log, limits) = (configuration.log, configuration.limits)
        let level = Telemetry.Level(rawValue: log.level.rawValue) ?? .info
        return Telemetry(
            log: Log(level: level, format: Log.Format(rawValue: log.format.rawValue), bytes: limits.logBytes), version: Genlock.version,
            limits: limits)
    }

    /// A server for one clip: on a free port of this machine, with a key that only this process knows. Its jobs belong to the owner
    /// "local", to whom jobs of a server without keys belong too.
    static func privateServer(_ configuration: Configuration, on loop: Loop) async throws(Complaint) -> (
        serving: Serving, url: String, key: String
    ) {
        var configuration = configuration
        let key = Hex.text(RandomSource.system.bytes(24))
        configuration.listen = [.tcp(host: "127.0.0.1", port: 0)]
        configuration.admin = []
        configuration.tls = nil
        configuration.publicURL = nil
        configuration.keys = [Configuration.Key(name: Caller.local.owner.name, sha256: SHA256.digest(of: key).bytes)]
        let serving = try await serve(configuration, loops: [loop], telemetry: Telemetry())
        guard let port = serving.addresses.first?.port else { throw Complaint(.unreachable, "no free port") }
        return (serving, "http://127.0.0.1:\(port)", key)
    }

    /// A client for calls to a server. Runs on a loop.
    static func client(_ limits: Limits) throws(Complaint) -> Client {
        do throws(TLSContext.Failure) {
            return Client(resolver: Resolver(limits), tls: try TLSContext.client(), limits: limits)
        } catch {
            throw Complaint(.badInput, "the system's certificate authorities cannot be read: \(error)")
        }
    }

    /// Opens the files of certificates that a configuration names.
    static func checkFiles(of configuration: Configuration) throws(Complaint) {
        do throws(Fault) { try Serving.checkTLS(configuration) } catch { throw Complaint(error) }
    }

    /// What a configuration means, without opening anything. Sealing keys are made up: nothing is sealed.
    static func rehearse(_ configuration: Configuration) throws(Complaint) -> Studio {
        do throws(Fault) {
            return try Studio(configuration, catalog: try Serving.catalog(configuration), seal: .generate(random: .system))
        } catch {
            throw Complaint(.badInput, error.message)
        }
    }

    /// One loop for each core that this process may use.
    static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

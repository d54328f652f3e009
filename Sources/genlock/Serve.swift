import ArgumentParser
import Configuration
import Gateway
import Glibc
import Net
import Routing
import Telemetry
import Wire

/// `genlock serve`.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve until told to stop.")

    @OptionGroup var setup: Setup

    @Option(
        help: ArgumentHelp(
            "Where to listen: 127.0.0.1:8080, [::1]:8080 or unix:/path, with commas between (GENLOCK_LISTEN).", valueName: "address"))
    var listen: String?

    func run() throws {
        let read = setup.reader(listen: listen)
        let configuration = try read()
        onLoop { loop throws(Complaint) in try await Serve.serve(configuration, read, on: loop) }
    }

    /// SIGHUP reads the configuration again. SIGTERM and SIGINT let what is in flight end; a second one breaks it off.
    private static func serve(
        _ configuration: Configuration, _ read: @escaping @Sendable () throws(Complaint) -> Configuration, on first: isolated Loop
    ) async throws(Complaint) -> Ending {
        let signals = try Interruption.signals()
        Signals.ignore([SIGUSR1, SIGUSR2])
        let loops = [first] + Loop.start(count: Wiring.cores - 1)
        let telemetry = Wiring.telemetry(configuration)
        let serving = try await Wiring.serve(configuration, loops: loops, telemetry: telemetry, passed: try passedListeners())
        let herald = Herald(configuration, telemetry)
        herald.warn()
        herald.began(at: serving.addresses.map { "\($0)" }, isRehearsal: serving.house.studio.planner.isRehearsal)
        let folder = StateFolder.location(of: configuration.state)
        serving.probeAddress?.write(in: folder)
        Supervisor.tell("READY=1", status: "serving")
        first.after(Serve.startEnds) { ProcessLimits.restMemory() }
        let reload = Reload(serving, timeout: configuration.limits.configReadTimeout, read) { outcome in
            switch outcome {
            case .success(let new):
                serving.probeAddress?.write(in: folder)
                Herald(new, telemetry).reloaded()
            case .failure(let complaint): herald.kept(because: complaint.message)
            }
        }
        while let number = await signals.next(), number == SIGHUP { reload.start() }
        reload.stop()
        herald.ending(grace: serving.drainTime)
        Supervisor.tell("STOPPING=1", status: "what is in flight ends")
        let flushTimeout = configuration.limits.logFlushTimeout
        Loop.fork {
            while let number = await signals.next(), number == SIGHUP {}
            telemetry.flush(within: flushTimeout)
            Glibc.exit(Ending.interrupted.rawValue)
        }
        await serving.drain()
        serving.probeAddress?.remove(in: folder)
        herald.ended()
        telemetry.flush(within: flushTimeout)
        return .done
    }

    /// By then those who waited for the start have had their first answers.
    private static let startEnds: Duration = .seconds(1)

    private static func passedListeners() throws(Complaint) -> [Listener] {
        do throws(StreamFailure) { return try Supervisor.listeners() } catch {
            throw Complaint(.badInput, "a socket that the service manager passes cannot be served: \(error)")
        }
    }
}

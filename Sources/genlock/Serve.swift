import Application
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
    static let configuration = CommandConfiguration(abstract: "Serve until a signal stops it.")

    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "Where to listen: 127.0.0.1:8080, [::1]:8080 or unix:/path, separated by commas (GENLOCK_LISTEN).", valueName: "address"))
    var listen: String?

    func run() throws { try Serve.run(options.flags, listen: listen) }

    static func run(_ flags: ConfigurationFlags, listen: String?) throws(CLIError) {
        let read = flags.makeReader(listen: listen)
        let configuration = try read()
        onLoop { loop throws(CLIError) in try await Serve.serve(configuration, read, on: loop) }
    }

    /// SIGHUP reloads the configuration. SIGTERM and SIGINT let requests in progress end; a second one aborts them.
    private static func serve(
        _ configuration: Configuration, _ read: @escaping @Sendable () throws(CLIError) -> Configuration, on first: isolated Loop
    ) async throws(CLIError) -> ExitStatus {
        let signals = try SignalHandling.installSignals()
        Signals.ignore([SIGUSR1, SIGUSR2])
        let loops = [first] + Loop.start(count: Wiring.coreCount - 1)
        let telemetry = Wiring.makeTelemetry(configuration)
        let application = try await Wiring.startServer(
            configuration, loops: loops, telemetry: telemetry, inherited: try inheritedListeners())
        let reporter = LifecycleReporter(configuration, telemetry)
        reporter.reportWarnings()
        reporter.reportStarted(at: application.addresses.map { "\($0)" }, isSimulated: application.shared.config.planner.isSimulated)
        let folder = StateFolder.location(of: configuration.state)
        application.probeAddress?.write(in: folder)
        Systemd.notify("READY=1", status: "serving")
        first.after(Serve.heapTrimDelay) { ProcessLimits.trimHeap() }
        let reload = Reload(application, timeout: configuration.limits.configReadTimeout, read) { outcome in
            switch outcome {
            case .success(let new):
                application.probeAddress?.write(in: folder)
                LifecycleReporter(new, telemetry).reportReloaded()
            case .failure(let cliError): reporter.reportReloadRefused(because: cliError.message)
            }
        }
        while let number = await signals.next(), number == SIGHUP { reload.start() }
        reload.stop()
        reporter.reportStopping(grace: application.shutdownGrace)
        Systemd.notify("STOPPING=1", status: "waiting for requests in progress")
        let flushTimeout = configuration.limits.logFlushTimeout
        Loop.fork {
            while let number = await signals.next(), number == SIGHUP {}
            telemetry.flush(within: flushTimeout)
            Glibc.exit(ExitStatus.interrupted.rawValue)
        }
        await application.drain()
        application.probeAddress?.remove(in: folder)
        reporter.reportStopped()
        telemetry.flush(within: flushTimeout)
        return .success
    }

    /// Clients that waited for the start have their first responses by then.
    private static let heapTrimDelay: Duration = .seconds(1)

    private static func inheritedListeners() throws(CLIError) -> [Listener] {
        do throws(StreamError) { return try Systemd.takeListeners() } catch {
            throw CLIError(.badInput, "a socket that the service manager passes cannot be served: \(error)")
        }
    }
}

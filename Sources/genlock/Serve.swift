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
        let configuration = try setup.load(listen: listen)
        onLoop { loop throws(Complaint) in try await Serve.serve(configuration, on: loop) }
    }

    /// SIGTERM and SIGINT let what is in flight end; a second one breaks it off.
    private static func serve(_ configuration: Configuration, on first: isolated Loop) async throws(Complaint) -> Ending {
        let loops = [first] + Loop.start(count: Wiring.cores - 1)
        let telemetry = Wiring.telemetry(configuration.log)
        let serving = try await Wiring.serve(configuration, loops: loops, telemetry: telemetry)
        let herald = Herald(configuration, telemetry)
        herald.warn()
        herald.began(at: serving.addresses.map { "\($0)" }, isRehearsal: serving.house.studio.planner.isRehearsal)
        let signals = try Interruption.signals()
        while let number = await signals.next(), number == SIGHUP {}
        herald.ending()
        Loop.fork {
            while let number = await signals.next(), number == SIGHUP {}
            telemetry.flush()
            Glibc.exit(Ending.interrupted.rawValue)
        }
        await serving.drain()
        herald.ended()
        telemetry.flush()
        return .done
    }
}

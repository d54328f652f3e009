import CLinux
import Configuration
import Gateway
import Glibc
import Jobs
import Net
import Telemetry

@main
enum Genlock {
    static func main() {
        run()
    }
}

nonisolated func run() {
    let environment = Environment.process
    let arguments = CommandLine.arguments
    let file = arguments.firstIndex(of: "--config").map { arguments[$0 + 1] }
    let configuration: Configuration
    do {
        configuration = try Configuration.load(named: file, overrides: .init(environment), environment: environment, known: Studio.vocabulary)
    } catch {
        print(error)
        exit(2)
    }
    let loop = Loop()
    loop.spawn { loop in
        do {
            let serving = try await Serving.open(configuration, loops: [loop], telemetry: Telemetry())
            print("listening on", serving.addresses)
            let signals = try Signals()
            _ = await signals.next()
            await serving.drain()
            exit(0)
        } catch {
            print(error)
            exit(1)
        }
    }
    loop.run()
}

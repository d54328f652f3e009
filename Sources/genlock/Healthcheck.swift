import ArgumentParser
import Client
import Configuration
import Net
import Wire

/// `genlock healthcheck`, for containers whose image holds no other program.
struct Healthcheck: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Ask a running server whether it is ready; exit code 0 if it is, 3 if not.")

    @OptionGroup var setup: Setup

    @Option(help: ArgumentHelp("The server; else the first address that the configuration listens on.", valueName: "url"))
    var url: String?

    func run() throws {
        let configuration = try setup.load(scope: url == nil ? .everything : .state)
        if let url {
            onLoop { _ throws(Complaint) in
                try await VideoAPI(url: url, key: nil, client: Wiring.client(configuration.limits)).ready()
                return .done
            }
        }
        let probe = try Probe(configuration)
        onLoop { _ throws(Complaint) in
            try await probe.run()
            return .done
        }
    }
}

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
        let configuration = try setup.load()
        let url = try url ?? Healthcheck.url(of: configuration)
        onLoop { _ throws(Complaint) in
            let api = try VideoAPI(url: url, key: nil, client: Wiring.client(configuration.limits))
            try await api.ready()
            return .done
        }
    }

    /// Where this machine reaches the first TCP listener.
    static func url(of configuration: Configuration) throws(Complaint) -> String {
        for case .tcp(let host, let port) in configuration.listen {
            let name = ["0.0.0.0": "127.0.0.1", "::": "[::1]"][host] ?? (host.contains(":") ? "[\(host)]" : host)
            return "\(configuration.tls == nil ? "http" : "https")://\(name):\(port)"
        }
        throw Complaint(.badInput, "the server listens on Unix sockets only: name a URL with --url")
    }
}

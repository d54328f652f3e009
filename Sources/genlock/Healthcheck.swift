import ArgumentParser
import Client
import Configuration
import Net
import Wire

/// `genlock healthcheck`, for container images without other programs.
struct Healthcheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a running server whether it is ready; exit code 0 if it is, 3 if not.",
        discussion: """
            The verdict is the server's own: where it listens stands in its state folder. A mistake in the configuration on the disk, \
            which \
            a running server has not taken up, changes nothing.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("The server; by default the one that runs with this state folder.", valueName: "url"))
    var url: String?

    /// Docker's and Kubernetes' own limits are often 5 s or less.
    private static let timeout: Duration = .seconds(4)

    func run() throws { try Healthcheck.run(options.flags, url: url) }

    static func run(_ flags: ConfigurationFlags, url: String?) throws(CLIError) {
        if let url {
            onLoop { _ throws(CLIError) in
                try await VideoAPI(url: url, key: nil, client: Wiring.makeClient(Healthcheck.limits)).checkReady()
                return .success
            }
        }
        let probe = try Healthcheck.probe(flags.partialConfiguration)
        onLoop { _ throws(CLIError) in
            try await probe.check()
            return .success
        }
    }

    /// Probes the address that a running server has written to its file, else that of the configuration.
    private static func probe(_ partialConfiguration: PartialConfiguration) throws(CLIError) -> ReadinessProbe {
        let noted = partialConfiguration.stateFolders.lazy.compactMap { ServerAddressFile.read(in: StateFolder.location(of: $0)) }.first
        if let noted, let probe = ReadinessProbe([noted.address], isTLS: noted.isTLS, timeout: timeout) { return probe }
        guard let probe = ReadinessProbe(partialConfiguration.listen, isTLS: partialConfiguration.isTLS, timeout: timeout) else {
            throw CLIError(.badInput, "the server listens on host names only: use --url")
        }
        return probe
    }

    private static var limits: Limits {
        var limits = Limits()
        (limits.dnsTimeout, limits.connectTimeout, limits.upstreamFirstByteTimeout) = (timeout, timeout, timeout)
        return limits
    }
}

import ArgumentParser

/// The command line.
struct Genlock: ParsableCommand {
    /// The version, as in `--version` and the banner.
    static let version = "0.1.0"
    static let versionText = "genlock \(version)"

    static let configuration = CommandConfiguration(
        commandName: "genlock",
        abstract: "One HTTP server, one key and one job id in front of every video model.",
        discussion: """
            Start the server with `genlock serve` and point any OpenAI video client at it, or a client of one of the \
            hosted routers whose APIs it speaks, or make a clip right here with `genlock generate`. \
            Without any vendor's key everything is played by a built-in test card.

            Exit codes: 0 done; 1 the job failed; 2 wrong usage, configuration or input, or output that cannot be written; \
            3 server or vendor unreachable; 4 refused by moderation; 130 interrupted.
            """,
        version: versionText,
        subcommands: [
            Serve.self, Generate.self, JobsCommand.self, Models.self, PricesCommand.self, Check.self, KeysCommand.self,
            WebhooksCommand.self, VendorCommand.self, Healthcheck.self,
        ])
}

import ArgumentParser
import Configuration
import Gateway
import Net

/// `genlock check`.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and print what would run.",
        discussion:
            "Changes nothing: creates no file, binds no address, calls no vendor. Exit code 2 if the configuration has errors "
            + "or the state folder cannot be used.")

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Check this listening address too (GENLOCK_LISTEN).", valueName: "address"))
    var listen: String?

    func run() throws {
        let configuration = try options.flags.load(listen: listen)
        try Wiring.checkCertificateFiles(of: configuration)
        let report = CheckReport(configuration, config: try Wiring.compile(configuration), now: WallClock.now)
        Console.print(report.text)
        for warning in report.warnings { Console.printWarning(warning) }
        let gaps = configuration.vendorFiles.flatMap { VendorFileReport($0).missingValues }
        guard gaps.isEmpty else {
            throw CLIError(.badInput, "vendors' files are not filled in\n  " + gaps.joined(separator: "\n  "))
        }
        guard report.errors.isEmpty else {
            throw CLIError(.badInput, "the state folder cannot be used\n  " + report.errors.joined(separator: "\n  "))
        }
    }
}

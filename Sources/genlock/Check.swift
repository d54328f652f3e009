import ArgumentParser
import Configuration
import Gateway
import Net

/// `genlock check`.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and tell what would run.",
        discussion:
            "Touches nothing: no file is made, no address is bound, no vendor is called. Exit code 2 if the configuration has mistakes "
                + "or the state folder cannot be used.")

    @OptionGroup var setup: Setup

    @Option(help: ArgumentHelp("Check this listening address too (GENLOCK_LISTEN).", valueName: "address"))
    var listen: String?

    func run() throws {
        let configuration = try setup.load(listen: listen)
        try Wiring.checkFiles(of: configuration)
        let report = CheckReport(configuration, studio: try Wiring.rehearse(configuration), now: WallClock.now)
        Console.print(report.text)
        for warning in report.warnings { Console.warn(warning) }
        let gaps = configuration.vendorFiles.flatMap { VendorFileReport($0).gaps }
        guard gaps.isEmpty else {
            throw Complaint(.badInput, "vendors' files are not filled in\n  " + gaps.joined(separator: "\n  "))
        }
        guard report.refusals.isEmpty else {
            throw Complaint(.badInput, "the state folder cannot be used\n  " + report.refusals.joined(separator: "\n  "))
        }
    }
}

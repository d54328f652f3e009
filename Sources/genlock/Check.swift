import ArgumentParser
import Configuration
import Gateway
import Net
import Wire

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
            throw CLIError(.badInput, "a folder cannot be used\n  " + report.errors.joined(separator: "\n  "))
        }
    }
}

/// A file of the vendors folder, as `check` reports it.
struct VendorFileReport {
    private let file: Configuration.VendorFile

    init(_ file: Configuration.VendorFile) { self.file = file }

    /// The vendor, the file and the models that it adds.
    var summary: String {
        let json = try? JSON(parsing: file.text[...])
        let vendor = json?["vendor"]?.string ?? "?"
        let models = (json?["models"]?.members ?? []).map { "\(vendor)/\($0.name)" }
        let list = models.isEmpty ? "no models" : models.joined(separator: ", ")
        return TerminalText.line("\(vendor) (\(file.path)): \(list)")
    }

    /// The placeholders of `genlock vendor new --data` that are still in the file, each with its line.
    var missingValues: [String] {
        String(decoding: file.text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { line in
            let place = "\(file.path):\(line.offset + 1): "
            var found = VendorFileReport.placeholders(in: line.element).map { TerminalText.line(place + $0) }
            if line.element.contains("//api.example.com") { found.append(place + "host is still the example's: write the URL of the API") }
            return found
        }
    }

    /// The values that begin with the placeholder, each with the name of its member.
    private static func placeholders(in line: Substring) -> [String] {
        let texts = line.split(separator: "\"", omittingEmptySubsequences: false)
        return texts.indices.dropFirst(2).filter { texts[$0].hasPrefix(VendorTemplate.placeholder) }.map { place in
            "\(texts[place - 2]) is missing: write \(texts[place].dropFirst(VendorTemplate.placeholder.count))"
        }
    }
}

import ArgumentParser
import Catalog
import Configuration
import Gateway
import Jobs
import Net
import Routing
import Upstream
import Wire

/// `genlock prices`.
struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "List the prices of models, or refresh them from the vendors' price lists.",
        discussion: "Prices decide what a job reserves of a key's budget. Those of the configuration's prices: override the catalog's.",
        subcommands: [PricesList.self, PricesRefresh.self], defaultSubcommand: PricesList.self)
}

/// `genlock prices [PATTERN]`.
struct PricesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List prices with their source, date and confidence.",
        discussion: "The first matching case of a model is charged; several charges of one case are added.")

    @Argument(
        help: ArgumentHelp(
            "Only models whose name matches, as in \"*/veo-3*\"; a text without * matches anywhere in the name.", valueName: "pattern"))
    var pattern: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let config = try Wiring.compile(try options.flags.load())
        let models = config.catalog.models.filter { model in
            guard let pattern else { return true }
            let names = ([model.name, model.upstream] + model.aliases).map { "\(model.vendor)/\($0)" }
            return names.contains { pattern.contains("*") ? ModelPattern(pattern)?.matches($0) ?? false : $0.contains(pattern) }
        }
        guard !models.isEmpty else { throw CLIError(.badInput, "no model matches \"\(pattern ?? "*")\"") }
        let accounts = config.accounts.values.sorted { $0.name < $1.name }
        let table = PriceTable(PriceTable.lines(of: models, accounts: accounts))
        if json { return Console.print(table.json) }
        Console.print(table.text)
        let unknown = models.filter { model in model.prices.isEmpty && !accounts.contains { $0.contract(for: model) != nil } }
        if !unknown.isEmpty {
            let names = unknown.prefix(8).map(\.fullName).joined(separator: ", ") + (unknown.count > 8 ? ", …" : "")
            Console.printNote("\nno price is known for \(unknown.count) of \(models.count) models: \(names)")
        }
    }
}

/// `genlock prices refresh`.
struct PricesRefresh: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Read the price lists of the configured accounts' vendors.",
        discussion: """
            Asks \(PriceRefresh.vendors.joined(separator: ", ")), where an account is configured, and writes one file for each into the \
            folder that the configuration names as vendors:. A running server reads them with SIGHUP. Nothing is charged. \
            What a list does not answer stays as it was.
            """)

    @Flag(help: "Print what would change, and write nothing.") var dryRun = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.flags.load()
        guard let folder = configuration.vendorsFolder else {
            throw CLIError(.badInput, "no folder to write to: add vendors: ./vendors to the configuration, and create that folder")
        }
        let config = try Wiring.compile(configuration)
        let (limits, isDry) = (configuration.limits, dryRun)
        onLoop { loop throws(CLIError) in
            let client = try Wiring.makeClient(limits)
            let upstream = Upstream(client: client, signer: Signer(), limits: limits, random: config.random, clock: { WallClock.now })
            let refresh = PriceRefresh(
                accounts: Array(config.accounts.values), catalog: config.catalog, upstream: upstream, files: configuration.vendorFiles)
            let results = await refresh.run(now: WallClock.now)
            guard !results.isEmpty else {
                throw CLIError(.badInput, "no account of a vendor with a price list: \(PriceRefresh.vendors.joined(separator: ", "))")
            }
            for result in results {
                for line in result.changes { Console.print(line) }
                for line in result.notes { Console.printWarning(line) }
                if let file = result.file, !isDry { try PricesRefresh.write(file, in: folder) }
                Console.printNote("\(result.vendor): \(result.changes.count) changed, \(result.unchanged) unchanged")
            }
            return results.contains { $0.isIncomplete } ? .unreachable : .success
        }
    }

    private static func write(_ file: (name: String, text: Bytes), in folder: String) throws(CLIError) {
        do throws(StateFolder.StateError) {
            try StateFolder.replaceFile(file.name, in: folder, with: file.text)
        } catch {
            throw CLIError(.badInput, error.description)
        }
    }
}

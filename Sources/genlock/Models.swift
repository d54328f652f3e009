import ArgumentParser
import Catalog
import Gateway
import Jobs
import Routing
import Wire

/// `genlock models`.
struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the models that the catalog knows.",
        discussion:
            "A star marks models that the accounts of this configuration can use now. Without accounts, the test vendor serves them all.")

    @Option(help: "Only this vendor's models.") var vendor: String?
    @Option(
        help: ArgumentHelp(
            "Only models that can do this: \(Model.Mode.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "mode"))
    var mode: String?
    @Option(help: ArgumentHelp("Only models that can make videos of this many seconds.", valueName: "seconds")) var seconds: Double?
    @Option(help: ArgumentHelp("Only models that support this size, as in 1280x720.", valueName: "size")) var size: String?
    @Option(help: ArgumentHelp("Only models that support this resolution, as in 1080p or 4k.", valueName: "resolution")) var resolution:
        String?
    @Option(help: ArgumentHelp("Only models that support this aspect ratio, as in 9:16.", valueName: "ratio")) var aspectRatio: String?
    @Flag(help: "Only models that generate audio.") var audio = false
    @Option(
        help: ArgumentHelp("Only models that cost at most this many US dollars per second, with the other filters.", valueName: "usd"))
    var maxPrice: Double?
    @Flag(help: "Only models that an account can serve now.") var available = false
    @Flag(help: "Print all details as JSON.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let config = try Wiring.compile(try options.flags.load())
        let playable = Set(config.planner.availableModels().map(\.model.fullName))
        let modelFilter = try modelFilter()
        let models = try chosen(from: config.catalog.models).filter { model in
            (!available || playable.contains(model.fullName))
                && (modelFilter.map { $0.bestOffer(of: model, in: config.catalog) != nil } ?? true)
        }
        if json {
            let list = models.map { model in
                var summary = ModelSummary(model: model).json
                summary["available"] = .bool(playable.contains(model.fullName))
                return summary
            }
            return Console.print(JSONValue.array(list).text)
        }
        var table = Table("", "MODEL", "MODES", "SECONDS", "FRAMES", "AUDIO", "USD")
        for model in models {
            let summary = ModelSummary(model: model)
            table.add(
                playable.contains(model.fullName) ? "*" : "", model.fullName, summary.modes, summary.seconds, summary.frames, summary.audio,
                summary.price)
        }
        Console.print(table.text)
    }

    /// Nil without requirements.
    private func modelFilter() throws(CLIError) -> ModelFilter? {
        var modelFilter = ModelFilter(mode: try wantedMode(), seconds: seconds, audio: audio ? true : nil, maxPrice: maxPrice)
        modelFilter.frameFormat.size = try size.map { (text) throws(CLIError) in
            try Models.read(text, "a size such as 1280x720") { Size($0) }
        }
        modelFilter.frameFormat.resolution = try resolution.map { (text) throws(CLIError) in
            try Models.read(text, "a resolution such as 1080p") { Resolution($0) }
        }
        modelFilter.frameFormat.aspectRatio = try aspectRatio.map { (text) throws(CLIError) in
            try Models.read(text, "an aspect ratio such as 9:16") { AspectRatio($0) }
        }
        if let seconds, seconds <= 0 { throw CLIError(.badInput, "a video must be longer than 0 seconds") }
        let isAsked = seconds != nil || !modelFilter.frameFormat.isEmpty || audio || maxPrice != nil
        return isAsked ? modelFilter : nil
    }

    private static func read<Value>(_ text: String, _ expected: String, make: (String) -> Value?) throws(CLIError) -> Value {
        guard let value = make(text) else { throw CLIError(.badInput, "\"\(text)\" is not \(expected)") }
        return value
    }

    private func wantedMode() throws(CLIError) -> Model.Mode? {
        guard let mode else { return nil }
        guard let wanted = Model.Mode(rawValue: mode) else {
            throw CLIError(.badInput, "\"\(mode)\" is none of \(Model.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return wanted
    }

    private func chosen(from models: [Model]) throws(CLIError) -> [Model] {
        var models = models
        if let vendor {
            models = models.filter { $0.vendor == vendor }
            guard !models.isEmpty else { throw CLIError(.badInput, "no model of \"\(vendor)\" is known") }
        }
        guard let wanted = try wantedMode() else { return models }
        return models.filter { $0.modes.contains(wanted) }
    }
}

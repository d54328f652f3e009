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
        discussion: "A star marks what the accounts of this configuration can play now. With no account the test card plays them all.")

    @Option(help: "Only this vendor's models.") var vendor: String?
    @Option(
        help: ArgumentHelp(
            "Only models that can do this: \(Model.Mode.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "mode"))
    var mode: String?
    @Flag(help: "Only what can be played now.") var available = false
    @Flag(help: "Print everything that is known as JSON.") var json = false
    @OptionGroup var setup: Setup

    func run() throws {
        let studio = try Wiring.rehearse(try setup.load())
        let playable = Set(studio.planner.playable().map(\.model.fullName))
        let models = try chosen(from: studio.catalog.models).filter { !available || playable.contains($0.fullName) }
        if json {
            let list = models.map { model in
                var facts = ModelFacts(model: model).json
                facts["available"] = .bool(playable.contains(model.fullName))
                return facts
            }
            return Console.print(JSONValue.array(list).text)
        }
        var table = Table("", "MODEL", "MODES", "SECONDS", "FRAMES", "AUDIO", "USD")
        for model in models {
            let facts = ModelFacts(model: model)
            table.add(
                playable.contains(model.fullName) ? "*" : "", model.fullName, facts.modes, facts.seconds, facts.frames, facts.audio,
                facts.price)
        }
        Console.print(table.text)
    }

    private func chosen(from models: [Model]) throws(Complaint) -> [Model] {
        var models = models
        if let vendor {
            models = models.filter { $0.vendor == vendor }
            guard !models.isEmpty else { throw Complaint(.badInput, "no model of \"\(vendor)\" is known") }
        }
        if let mode {
            guard let wanted = Model.Mode(rawValue: mode) else {
                throw Complaint(.badInput, "\"\(mode)\" is none of \(Model.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            models = models.filter { $0.modes.contains(wanted) }
        }
        return models
    }
}

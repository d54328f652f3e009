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
    @Option(help: ArgumentHelp("Only models that make clips of this many seconds.", valueName: "seconds")) var seconds: Double?
    @Option(help: ArgumentHelp("Only models that make this frame, as in 1280x720.", valueName: "size")) var size: String?
    @Option(help: ArgumentHelp("Only models of this resolution, as in 1080p or 4k.", valueName: "resolution")) var resolution: String?
    @Option(help: ArgumentHelp("Only models with this aspect ratio, as in 9:16.", valueName: "ratio")) var aspectRatio: String?
    @Flag(help: "Only models that make sound.") var audio = false
    @Option(
        help: ArgumentHelp("Only models whose second costs at most so many US dollars, for what the other filters ask.", valueName: "usd"))
    var maxPrice: Double?
    @Flag(help: "Only what can be played now.") var available = false
    @Flag(help: "Print everything that is known as JSON.") var json = false
    @OptionGroup var setup: Setup

    func run() throws {
        let studio = try Wiring.rehearse(try setup.load())
        let playable = Set(studio.planner.playable().map(\.model.fullName))
        let inquiry = try inquiry()
        let models = try chosen(from: studio.catalog.models).filter { model in
            (!available || playable.contains(model.fullName)) && (inquiry.map { $0.answer(of: model, in: studio.catalog) != nil } ?? true)
        }
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

    /// Nil where nothing is asked that a model could refuse.
    private func inquiry() throws(Complaint) -> Inquiry? {
        var inquiry = Inquiry(mode: try wantedMode(), seconds: seconds, audio: audio ? true : nil, mostPrice: maxPrice)
        inquiry.shape.size = try size.map { (text) throws(Complaint) in try Models.read(text, "a size such as 1280x720") { Size($0) } }
        inquiry.shape.tier = try resolution.map { (text) throws(Complaint) in
            try Models.read(text, "a resolution such as 1080p") { Tier($0) }
        }
        inquiry.shape.ratio = try aspectRatio.map { (text) throws(Complaint) in
            try Models.read(text, "an aspect ratio such as 9:16") { Ratio($0) }
        }
        if let seconds, seconds <= 0 { throw Complaint(.badInput, "a clip has more than 0 seconds") }
        let isAsked = seconds != nil || !inquiry.shape.isEmpty || audio || maxPrice != nil
        return isAsked ? inquiry : nil
    }

    private static func read<Value>(_ text: String, _ expected: String, _ make: (String) -> Value?) throws(Complaint) -> Value {
        guard let value = make(text) else { throw Complaint(.badInput, "\"\(text)\" is not \(expected)") }
        return value
    }

    private func wantedMode() throws(Complaint) -> Model.Mode? {
        guard let mode else { return nil }
        guard let wanted = Model.Mode(rawValue: mode) else {
            throw Complaint(.badInput, "\"\(mode)\" is none of \(Model.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return wanted
    }

    private func chosen(from models: [Model]) throws(Complaint) -> [Model] {
        var models = models
        if let vendor {
            models = models.filter { $0.vendor == vendor }
            guard !models.isEmpty else { throw Complaint(.badInput, "no model of \"\(vendor)\" is known") }
        }
        guard let wanted = try wantedMode() else { return models }
        return models.filter { $0.modes.contains(wanted) }
    }
}

import Catalog
import Jobs
import Wire

/// Requirements for a model. A model matches if it would accept a job with them.
struct ModelFilter {
    var mode: Model.Mode?
    var seconds: Double?
    var frameFormat = FrameFormat()
    var audio: Bool?
    /// In US dollars per second.
    var maxPrice: Double?

    /// How a model can meet the requirements.
    struct Offer: Equatable {
        /// Nil if the price is unknown.
        var perSecond: Money?
    }

    /// The cheapest offer of all modes; nil if the model cannot meet the requirements, or not for that price.
    func bestOffer(of model: Model, in catalog: Catalog) -> Offer? {
        let modes = mode.map { [$0] } ?? Model.Mode.allCases
        let offers = modes.filter(model.modes.contains).compactMap { offer(of: model, in: $0, catalog) }
        let cheapest = offers.compactMap(\.perSecond).min()
        guard let maxPrice else { return offers.isEmpty ? nil : Offer(perSecond: cheapest) }
        return cheapest.flatMap { $0.dollars <= maxPrice + 1e-9 ? Offer(perSecond: $0) : nil }
    }

    /// Nil if the model rejects the job.
    private func offer(of model: Model, in mode: Model.Mode, _ catalog: Catalog) -> Offer? {
        guard !model.acceptsAnything,
            let checked = try? catalog.validate(job(for: model.variant(for: mode), mode), on: model, adapt: .strict)
        else {
            return nil
        }
        return Offer(perSecond: checked.billed.costOfSecond(at: checked.model.prices))
    }

    /// A job with only these requirements and the media that the mode needs.
    func job(for model: Model, _ mode: Model.Mode) -> Job {
        var job = Job(model: model.name, prompt: model.maxPromptLength == 0 ? nil : "x")
        job.duration = seconds.map(ClipDuration.seconds)
        job.frameFormat = frameFormat
        job.audio = audio
        job.operation = ModelFilter.operation(of: mode)
        for (kind, role) in ModelFilter.media(of: mode, model) {
            job.media.append(InputMedia(role, kind, source: .url("https://example.com/"), param: "media"))
        }
        if job.operation != .generate && job.media.isEmpty { job.previous = Ticket("") }
        return job
    }

    private static func operation(of mode: Model.Mode) -> Operation {
        switch mode {
        case .extend: .extend(.end, context: nil)
        case .edit: .edit
        case .remix: .remix
        case .retake: .retake(start: 0, replacing: .both)
        case .reframe: .reframe
        case .hdr: .hdr
        case .text, .image, .firstLast, .lastOnly, .references, .keyframes, .audio: .generate
        }
    }

    /// The minimum that the mode needs.
    private static func media(of mode: Model.Mode, _ model: Model) -> [(InputMedia.Kind, InputMedia.Role)] {
        switch mode {
        case .text: []
        case .image: [(.image, .firstFrame)]
        case .firstLast: [(.image, .firstFrame), (.image, .lastFrame)]
        case .lastOnly: [(.image, .lastFrame)]
        case .references: [(model.media.first { $0.role == "reference" }?.kind ?? .image, .reference)]
        case .keyframes: [(.image, .keyframe(0)), (.image, .keyframe(1))]
        case .audio: [(.audio, .audio)]
        case .extend, .edit, .remix, .retake, .reframe, .hdr:
            model.media.contains { $0.kind == .video && $0.role == "source" } ? [(.video, .source)] : []
        }
    }
}

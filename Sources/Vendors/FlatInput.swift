import Jobs
import Wire

/// The input of a hosted model as one flat object, in which each model has names of its own: the catalog's `wire` says which.
///
/// Beside the names: `seconds_as` is there where a length is a text; `tiers` spells single tiers; `adaptive` is the word for the picture's
/// own proportions; `size_as` stands between the two numbers of a size.
struct FlatInput {
    let model: Model
    private let wire: FieldNames

    init(_ model: Model) {
        self.model = model
        wire = FieldNames(model.wire)
    }

    /// - Throws: the caller's fault for what the model has no name for, where the catalog could not know that.
    func body(_ job: Job, extras: Set<String>) throws(Fault) -> JSONValue {
        if model.open { try job.refuseWishes { wire[$0] != nil } }
        var body = JSONValue.object([])
        body[wire["prompt"]] = job.prompt.map(JSONValue.string)
        body[wire["negative_prompt"]] = job.negativePrompt.map(JSONValue.string)
        body[wire["seconds"]] = length(job.duration)
        put(job.shape, &body)
        body[wire["fps"]] = job.framesPerSecond.map(JSONValue.double)
        body[wire["seed"]] = job.seed.map(JSONValue.int)
        body[wire["audio"]] = job.audio.map(JSONValue.bool)
        body[wire["guidance"]] = job.guidance.map(JSONValue.double)
        body[wire["enhance_prompt"]] = job.enhancePrompt.map(JSONValue.bool)
        body[wire["multi_shot"]] = job.multiShot.map(JSONValue.bool)
        body[wire["camera_motion"]] = job.cameraMotion.map(JSONValue.string)
        body[wire["style"]] = job.style.map(JSONValue.string)
        body[wire["watermark"]] = job.watermark.map(JSONValue.bool)
        if job.count > 1 { body[wire["count"]] = .int(Int64(job.count)) }
        for medium in job.media { try put(medium, &body) }
        for (name, value) in job.extras where extras.contains(name) && body[name] == nil { body[name] = value }
        return body
    }

    private func length(_ length: Length?) -> JSONValue? {
        switch length {
        case nil: nil
        case .automatic: "auto"
        case .seconds(let seconds): wire["seconds_as"] == nil ? .double(seconds) : Number.text(seconds).map(JSONValue.string)
        }
    }

    private func put(_ shape: Shape, _ body: inout JSONValue) {
        if let name = wire["size"], let size = shape.size, model.open || !model.sizes.isEmpty {
            body[name] = .string("\(size.width)\(wire["size_as"] ?? "x")\(size.height)")
            if model.open { return }
        }
        if let tier = shape.tier, model.open || !model.tiers.isEmpty {
            body[wire["tier"]] = .string(wire.object("tiers")?[tier.text]?.string ?? tier.text)
        }
        if let ratio = shape.ratio, model.open || !model.ratios.isEmpty {
            body[wire["ratio"]] = .string(ratio.isAdaptive ? wire["adaptive"] ?? "adaptive" : ratio.description)
        }
    }

    /// A field whose name is that of several things holds a list.
    private func put(_ medium: Medium, _ body: inout JSONValue) throws(Fault) {
        let field =
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): wire["first_frame"]
            case (.lastFrame, .image): wire["last_frame"]
            case (.reference, .image): wire["reference"]
            case (.reference, .video): wire["reference_video"]
            case (.reference, .audio): wire["reference_audio"]
            case (.source, .video): wire["source"]
            case (.audio, .audio): wire["audio_file"]
            case (.mask, _): wire["mask"]
            default: nil as String?
            }
        guard let field else { throw .unusable(medium) }
        if field.hasSuffix("s") {
            var list: [JSONValue] = []
            if case .array(let before)? = body[field] { list = before }
            body[field] = .array(list + [medium.urlOrDataURI])
        } else {
            body[field] = medium.urlOrDataURI
        }
    }
}

import Jobs
import Wire

/// The body for vendors that take one flat object: a member for each neutral field, under the name that the model's `wire` facts have for it.
/// A field without a name there has no member. Beside names, `wire` may say how a value is spelt:
/// `seconds_as` (`"5s"` or `"5"` for a text), `seconds_auto`, `size_as` (`"1280*720"`), `tier_as` (`"720P"`), `tiers` (a word for each),
/// `adaptive`, `audio_as` (`["on", "off"]`), and in `set` the members that every request has. A medium's name that ends in `[]` is a list.
struct FlatBody {
    private(set) var members = JSONValue.object([])
    private let wire: FieldNames

    init(_ job: Job, on model: Model) {
        wire = FieldNames(model.wire)
        put("prompt", job.prompt.map(JSONValue.string))
        put("negative_prompt", job.negativePrompt.map(JSONValue.string))
        put(job.media)
        put(job.duration)
        put(job.shape)
        put("fps", job.framesPerSecond.map(JSONValue.double))
        put("seed", job.seed.map(JSONValue.int))
        put("audio", job.audio.map(sound))
        put("guidance", job.guidance.map(JSONValue.double))
        put("camera_motion", job.cameraMotion.map(JSONValue.string))
        put("style", job.style.map(JSONValue.string))
        put("watermark", job.watermark.map(JSONValue.bool))
        put("enhance_prompt", job.enhancePrompt.map(JSONValue.bool))
        put("multi_shot", job.multiShot.map(JSONValue.bool))
        for (name, value) in wire.object("set")?.members ?? [] where members[name] == nil { members[name] = .parsed(value) }
    }

    /// Adds what the client passed through by the vendor's own names, as far as they are on the list and not taken.
    mutating func add(_ extras: [(name: String, value: JSONValue)], known: Set<String>) {
        for (name, value) in extras where known.contains(name) && members[name] == nil { members[name] = value }
    }

    private mutating func put(_ field: String, _ value: JSONValue?) { members[wire[field]] = value }

    private mutating func put(_ length: Length?) {
        switch length {
        case nil: return
        case .automatic: put("seconds", wire.object("seconds_auto").map(JSONValue.parsed))
        case .seconds(let seconds):
            guard let example = wire["seconds_as"] else { return put("seconds", .double(seconds)) }
            put("seconds", .string((Number.text(seconds) ?? "") + (example.hasSuffix("s") ? "s" : "")))
        }
    }

    private mutating func put(_ shape: Shape) {
        if let size = shape.size {
            let sign = wire["size_as"]?.first { !$0.isNumber }.map(String.init) ?? "x"
            put("size", .string("\(size.width)\(sign)\(size.height)"))
        }
        if let tier = shape.tier {
            let isUpper = wire["tier_as"]?.last?.isUppercase == true
            put("tier", .string(wire.object("tiers")?[tier.text]?.string ?? (isUpper ? tier.text.uppercased() : tier.text)))
        }
        put("ratio", shape.ratio.map { .string($0.isAdaptive ? wire["adaptive"] ?? "adaptive" : $0.description) })
    }

    private func sound(_ isOn: Bool) -> JSONValue { wire.object("audio_as")?[isOn ? 0 : 1].map(JSONValue.parsed) ?? .bool(isOn) }

    private mutating func put(_ media: [Medium]) {
        for medium in media {
            guard let name = wire[FlatBody.field(of: medium)] else { continue }
            guard name.hasSuffix("[]") else {
                members[name] = medium.urlOrDataURI
                continue
            }
            let list = String(name.dropLast(2))
            guard case .array(let before)? = members[list] else {
                members[list] = [medium.urlOrDataURI]
                continue
            }
            members[list] = .array(before + [medium.urlOrDataURI])
        }
    }

    private static func field(of medium: Medium) -> String {
        switch (medium.role, medium.kind) {
        case (.firstFrame, _): "first_frame"
        case (.lastFrame, _): "last_frame"
        case (.reference, .image): "reference"
        case (.reference, .video): "reference_video"
        case (.reference, .audio): "reference_audio"
        case (.keyframe, _): "keyframe"
        case (.source, _): "source"
        case (.audio, _): "audio_file"
        case (.mask, _): "mask"
        }
    }
}

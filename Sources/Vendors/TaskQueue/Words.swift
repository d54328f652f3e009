import Jobs
import Wire

/// What the gaps of a template stand for: the values of one job, or of one ticket.
struct Words: Sendable {
    private enum Value: Sendable {
        case json(JSONValue)
        case medium(Medium)
    }

    /// The names of media; a template may repeat them.
    static let media = [
        "first_frame", "last_frame", "reference", "reference_video", "reference_audio", "keyframe", "source", "audio_file", "mask",
    ]
    /// Every name that a job may have a value for.
    static let ofJob =
        ["model", "prompt", "negative_prompt", "seconds", "size", "width", "height", "tier", "ratio", "fps", "seed", "audio", "guidance"]
        + ["camera_motion", "style", "watermark", "enhance_prompt", "multi_shot", "count", "previous", "operation", "edge", "context"]
        + ["start", "replacing"] + media

    private var values: [String: [Value]] = [:]

    /// - Parameter spellings: the vendor's words for single values, by field.
    init(_ job: Job, on model: Model, spellings: Spellings) {
        let spellings = spellings.over(FieldNames(model.wire).object("values"))
        put("model", .string(model.upstream))
        put("prompt", job.prompt.map(JSONValue.string))
        put("negative_prompt", job.negativePrompt.map(JSONValue.string))
        put("seconds", Words.length(job.duration, spellings))
        put(job.shape, model, spellings)
        put("fps", job.framesPerSecond.map(JSONValue.double))
        put("seed", job.seed.map(JSONValue.int))
        put("guidance", job.guidance.map(JSONValue.double))
        put("camera_motion", job.cameraMotion.map { spellings.value("camera_motion", $0) ?? .string($0) })
        put("style", job.style.map { spellings.value("style", $0) ?? .string($0) })
        for (name, flag) in [
            ("audio", job.audio), ("watermark", job.watermark), ("enhance_prompt", job.enhancePrompt), ("multi_shot", job.multiShot),
        ] { put(name, flag.map { spellings.value(name, String($0)) ?? .bool($0) }) }
        put("count", job.count > 1 ? .int(Int64(job.count)) : nil)
        put("previous", job.previous.map { .string($0[0]) })
        put(job.operation, spellings)
        for medium in job.media { values[FlatBody.field(of: medium), default: []].append(.medium(medium)) }
        for (name, value) in model.wire?.members ?? [] where value.string != nil { put("wire." + name, .parsed(value)) }
    }

    /// The fields of a ticket by their names.
    init(_ ticket: Ticket, names: [String]) {
        for (place, name) in names.enumerated() { put(name, .string(ticket[place])) }
    }

    private mutating func put(_ name: String, _ value: JSONValue?) {
        if let value { values[name] = [.json(value)] }
    }

    private static func length(_ length: Length?, _ spellings: Spellings) -> JSONValue? {
        switch length {
        case nil: nil
        case .automatic: spellings.value("seconds", "auto") ?? "auto"
        case .seconds(let seconds): Number.text(seconds).flatMap { spellings.value("seconds", $0) } ?? .double(seconds)
        }
    }

    /// What merely follows from the rest is not said.
    private mutating func put(_ shape: Shape, _ model: Model, _ spellings: Spellings) {
        if let size = shape.size, model.open || !model.sizes.isEmpty {
            put("size", spellings.value("size", "\(size)") ?? .string("\(size)"))
            put("width", .int(Int64(size.width)))
            put("height", .int(Int64(size.height)))
        }
        if let tier = shape.tier, model.open || !model.tiers.isEmpty {
            put("tier", spellings.value("tier", tier.text) ?? .string(tier.text))
        }
        if let ratio = shape.ratio, model.open || !model.ratios.isEmpty {
            put("ratio", spellings.value("ratio", ratio.description) ?? .string(ratio.description))
        }
    }

    private mutating func put(_ operation: Operation, _ spellings: Spellings) {
        put("operation", spellings.value("operation", operation.word) ?? .string(operation.word))
        for (name, value) in operation.details { put(name, value) }
    }

    // MARK: Asking

    /// Names that have a value.
    var names: Set<String> { Set(values.keys) }

    func count(of name: String) -> Int { values[name]?.count ?? 0 }

    /// With one of several media only; a single value stays for every place.
    func only(_ place: Int) -> Words {
        var words = self
        words.values = values.mapValues { $0.count > 1 ? (place < $0.count ? [$0[place]] : []) : $0 }
        return words
    }

    func value(of gap: Template.Gap) -> JSONValue? {
        guard let value = values[gap.name]?.first else { return gap.fallback }
        switch value {
        case .medium(let medium): return gap.spelling == .base64 ? medium.urlOrBase64 : medium.urlOrDataURI
        case .json(let json):
            switch gap.spelling {
            case .text: return Words.text(json).map(JSONValue.string) ?? json
            case .upper: return Words.text(json).map { .string($0.uppercased()) } ?? json
            case .base64, .path, nil: return json
            }
        }
    }

    /// A text, number or flag as text.
    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): Number.text(number)
        case .bool(let flag): String(flag)
        case .parsed(let json): json.string ?? json.numberText ?? json.bool.map { String($0) }
        default: nil
        }
    }
}

import Jobs
import Wire

/// The values that fill a template: those of one job, or of one ticket.
struct TemplateValues: Sendable {
    private enum Value: Sendable {
        case json(JSONValue)
        case medium(InputMedia)
    }

    /// The names of media; a template may repeat them.
    static let mediaNames = [
        "first_frame", "last_frame", "reference", "reference_video", "reference_audio", "keyframe", "source", "audio_file", "mask",
    ]
    /// Every name that a job may have a value for.
    static let jobNames =
        ["model", "prompt", "seconds", "size", "width", "height", "tier", "ratio", "previous", "operation", "edge", "context", "start"]
        + ["replacing", "keyframe_seconds", "keyframe_frame"] + Parameter.scalars.map(\.name) + mediaNames

    /// The members that the models' `wire` facts name, for bodies that differ from model to model.
    static let fields = "fields"

    /// For positions in frames, where the job does not say how many frames a second has.
    private static let defaultFramesPerSecond = 24.0

    private var values: [String: [Value]] = [:]

    /// - Parameter valueMap: the vendor's words for single values, by field.
    init(_ job: Job, on model: Model, valueMap: ValueMap) {
        let valueMap = valueMap.overridden(by: FieldNames(model.wire).object("values"))
        put("model", .string(model.upstream))
        put("prompt", job.prompt.map(JSONValue.string))
        put("seconds", TemplateValues.duration(job.duration, valueMap))
        put(job.frameFormat, model, valueMap: valueMap)
        for parameter in Parameter.scalars {
            put(parameter.name, parameter.jsonValue(of: job).map { value in valueMap.value(parameter.name, value) ?? value })
        }
        put("previous", job.previous.map { .string($0[0]) })
        put(job.operation, valueMap)
        for medium in job.media { put(medium, job.framesPerSecond ?? TemplateValues.defaultFramesPerSecond) }
        for (name, value) in model.wire?.members ?? [] where value.string != nil { put("wire." + name, .parsed(value)) }
    }

    /// The fields of a ticket by their names.
    init(_ ticket: Ticket, names: [String]) {
        for (place, name) in names.enumerated() { put(name, .string(ticket[place])) }
    }

    /// A value that the vendor's file maps to `null` is left out.
    mutating func put(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        if case .parsed(let json) = value, json.isNull { return }
        values[name] = [.json(value)]
    }

    mutating func remove(_ names: [String]) {
        for name in names { values[name] = nil }
    }

    private mutating func put(_ medium: InputMedia, _ framesPerSecond: Double) {
        values[FlatBody.field(of: medium), default: []].append(.medium(medium))
        guard case .keyframe(let second) = medium.role else { return }
        values["keyframe_seconds", default: []].append(.json(.double(second)))
        values["keyframe_frame", default: []].append(.json(.double((second * framesPerSecond).rounded())))
    }

    private static func duration(_ length: ClipDuration?, _ valueMap: ValueMap) -> JSONValue? {
        switch length {
        case nil: nil
        case .automatic: valueMap.value("seconds", "auto") ?? "auto"
        case .seconds(let seconds): Number.text(seconds).flatMap { valueMap.value("seconds", $0) } ?? .double(seconds)
        }
    }

    /// What merely follows from the rest is not said.
    private mutating func put(_ frameFormat: FrameFormat, _ model: Model, valueMap: ValueMap) {
        if let size = frameFormat.size, model.acceptsAnything || !model.sizes.isEmpty {
            put("size", valueMap.value("size", "\(size)") ?? .string("\(size)"))
            put("width", .int(Int64(size.width)))
            put("height", .int(Int64(size.height)))
        }
        if let resolution = frameFormat.resolution, model.acceptsAnything || !model.resolutions.isEmpty {
            put("tier", valueMap.value("tier", resolution.text) ?? .string(resolution.text))
        }
        if let aspectRatio = frameFormat.aspectRatio, model.acceptsAnything || !model.aspectRatios.isEmpty {
            put("ratio", valueMap.value("ratio", aspectRatio.description) ?? .string(aspectRatio.description))
        }
    }

    private mutating func put(_ operation: Operation, _ valueMap: ValueMap) {
        put("operation", valueMap.value("operation", operation.name) ?? .string(operation.name))
        for (name, value) in operation.details { put(name, value) }
    }

    // MARK: Asking

    /// Names that have a value.
    var names: Set<String> { Set(values.keys) }

    func text(of name: String) -> String? {
        if case .json(let value)? = values[name]?.first { TemplateValues.text(value) } else { nil }
    }

    func count(of name: String) -> Int { values[name]?.count ?? 0 }

    /// With one of several media only; a single value stays for every place.
    func element(at place: Int) -> TemplateValues {
        var words = self
        words.values = values.mapValues { $0.count > 1 ? (place < $0.count ? [$0[place]] : []) : $0 }
        return words
    }

    func value(of placeholder: Template.Placeholder) -> JSONValue? {
        guard let value = values[placeholder.name]?.first else { return placeholder.fallback }
        switch value {
        case .medium(let medium): return placeholder.spelling == .base64 ? medium.urlOrBase64 : medium.urlOrDataURI
        case .json(let json):
            switch placeholder.spelling {
            case .text: return TemplateValues.text(json).map(JSONValue.string) ?? json
            case .upper: return TemplateValues.text(json).map { .string($0.uppercased()) } ?? json
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

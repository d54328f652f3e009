import Jobs
import Wire

/// The body for vendors that take one flat object: a member for each neutral field, under the name that the model's `wire` facts
/// have for it. A field without a name there has no member. Beside names, `wire` may say how a value is spelt:
/// `seconds_as` (`"5s"` or `"5"` for a text), `seconds_auto` (`"auto"` where it says nothing, left out where `false`), `frames` (a count in
/// place of seconds: `{"name", "rate", "plus"}`), `size_as` (`"1280*720"`, or `"object"` for width and height), `tier_as` (`"720P"`),
/// `tiers` (a word for each), `adaptive`, `audio_as` and the like for every flag (`["on", "off"]`); which fields are never left open
/// (`needed`: the usual value is sent, a job without one refused), and in `set` the members that every request has. A medium's name that
/// ends in `[]` is a list.
struct FlatBody {
    private(set) var members = JSONValue.object([])
    private let wire: FieldNames

    /// - Parameters:
    ///   - extras: the names that a client may pass through to this vendor.
    ///   - elsewhere: neutral fields, and `media`, that the vendor's own file writes.
    /// - Throws: the caller's fault for what the model has no name for, where the catalog could not know that.
    init(_ job: Job, on model: Model, extras: Set<String> = [], elsewhere: Set<String> = []) throws(Fault) {
        wire = FieldNames(model.wire)
        if model.acceptsAnything {
            let wire = wire
            try job.rejectFields { wire[$0] != nil || elsewhere.contains($0) }
        }
        let job = try FlatBody.completed(job, for: model, wire.object("needed")?.elements.compactMap(\.string) ?? [])
        put("prompt", job.prompt.map(JSONValue.string))
        if !elsewhere.contains("media") { try put(job.media) }
        put(job.duration)
        put(job.frameFormat, model)
        for (parameter, value) in Parameter.scalarValues(of: job) { put(parameter.name, spelled(value, parameter.name)) }
        for (name, value) in job.operation.details { put(name, value) }
        for (name, value) in job.extras where extras.contains(name) && members[name] == nil { members[name] = value }
        for (name, value) in wire.object("set")?.members ?? [] where members[name] == nil { members[name] = .parsed(value) }
    }

    private static func completed(_ job: Job, for model: Model, _ needed: [String]) throws(Fault) -> Job {
        var job = job
        let defaults = model.defaults
        if needed.contains("seconds") { job.duration = job.duration ?? defaults.seconds.map(ClipDuration.seconds) }
        if needed.contains("size") { job.frameFormat.size = job.frameFormat.size ?? defaults.frameFormat.size }
        if needed.contains("tier") { job.frameFormat.resolution = job.frameFormat.resolution ?? defaults.frameFormat.resolution }
        if needed.contains("ratio") {
            job.frameFormat.aspectRatio = job.frameFormat.aspectRatio ?? defaults.frameFormat.aspectRatio
            guard job.frameFormat.aspectRatio != nil else {
                throw missingFault("aspect_ratio", ": one of \(model.aspectRatios.map(\.description).joined(separator: ", "))")
            }
        }
        if needed.contains("first_frame") && job.medium(.firstFrame) == nil { throw missingFault("image", " too") }
        return job
    }

    private static func missingFault(_ param: String, _ more: String) -> Fault {
        Fault(.missing, "This model needs '\(param)'\(more).", param: param, code: "missing_required_parameter", sent: .no)
    }

    private mutating func put(_ field: String, _ value: JSONValue?) { members[wire[field]] = value }

    private mutating func put(_ length: ClipDuration?) {
        switch length {
        case nil: return
        case .automatic:
            let word = wire.object("seconds_auto")
            if word?.bool != false { put("seconds", word.map(JSONValue.parsed) ?? "auto") }
        case .seconds(let seconds):
            if let frames = wire.object("frames"), let name = frames["name"]?.string {
                let count = seconds * (frames["rate"]?.double ?? 24) + (frames["plus"]?.double ?? 0)
                members[name] = .double(count.rounded())
                return
            }
            guard let example = wire["seconds_as"] else { return put("seconds", .double(seconds)) }
            put("seconds", .string((Number.text(seconds) ?? "") + (example.hasSuffix("s") ? "s" : "")))
        }
    }

    /// What merely follows from the rest is not sent.
    private mutating func put(_ frameFormat: FrameFormat, _ model: Model) {
        if let size = frameFormat.size, model.acceptsAnything || !model.sizes.isEmpty {
            put("size", written(size))
        }
        if let resolution = frameFormat.resolution, model.acceptsAnything || !model.resolutions.isEmpty {
            let isUpper = wire["tier_as"]?.last?.isUppercase == true
            put(
                "tier",
                wire.object("tiers")?[resolution.text].map(JSONValue.parsed)
                    ?? .string(isUpper ? resolution.text.uppercased() : resolution.text))
        }
        guard model.acceptsAnything || !model.aspectRatios.isEmpty else { return }
        put("ratio", frameFormat.aspectRatio.map { .string($0.isAdaptive ? wire["adaptive"] ?? "adaptive" : $0.description) })
    }

    private func written(_ size: Size) -> JSONValue {
        if wire["size_as"] == "object" { return ["width": .int(Int64(size.width)), "height": .int(Int64(size.height))] }
        let sign = wire["size_as"]?.first { !$0.isNumber }.map(String.init) ?? "x"
        return .string("\(size.width)\(sign)\(size.height)")
    }

    /// A switch in the vendor's two words for it, if it has such words.
    private func spelled(_ value: JSONValue, _ field: String) -> JSONValue {
        guard case .bool(let isOn) = value else { return value }
        return wire.object(field + "_as")?[isOn ? 0 : 1].map(JSONValue.parsed) ?? value
    }

    private mutating func put(_ media: [InputMedia]) throws(Fault) {
        for medium in media {
            guard let name = wire[FlatBody.field(of: medium)] else { throw .unusable(medium) }
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

    /// The neutral name of the field for a medium of that role and kind.
    static func field(of medium: InputMedia) -> String {
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

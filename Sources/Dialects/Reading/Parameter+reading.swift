import Jobs
import Wire

extension Parameter {
    /// The parameters by the clients' names for them, in `snake_case`.
    static let byClientName: [String: Parameter] = {
        var parameters: [String: Parameter] = [:]
        for parameter in all {
            for name in parameter.clientNames { parameters[name] = parameter }
        }
        return parameters
    }()

    /// The parameter with that name in any API; nil if no API has it. `camelCase` and `kebab-case` of the same words are the same name.
    static func named(_ name: String) -> Parameter? {
        var name = name
        return name.withUTF8 { ParameterNames.all.find($0).parameter.map { Parameter.all[$0] } }
    }

    /// A name without its word separators: `image_url`, `imageUrl` and `image-url` are equal. A name in `PascalCase` is kept as it is,
    /// because it is a vendor's own.
    struct Key: Hashable {
        let text: String

        init(_ name: String) {
            let isPascalCase = name.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
            text = isPascalCase ? name : name.filter { $0 != "_" && $0 != "-" }.lowercased()
        }

        static func set(_ names: String...) -> Set<Key> { Set(names.map(Key.init)) }
    }

    /// Writes what the client sent under one of the parameter's names into the job. A dialect reads the fields of its own contract first
    /// and leaves the others to this.
    /// - Throws: a fault of a caller's kind, also where another field of the request has set another value already.
    func apply(_ input: InputValue, to job: inout Job) throws(Fault) {
        switch kind {
        case .text(let field):
            // Forms and pages send empty texts for fields that the user did not fill in.
            let text = try input.string()
            if !text.isEmpty { try Parameter.set(&job[keyPath: field], text, input: input) }
        case .word(let field): try Parameter.set(&job[keyPath: field], try input.word(), input: input)
        case .flag(let field): try Parameter.set(&job[keyPath: field], try input.flag(), input: input)
        case .number(let field): try Parameter.set(&job[keyPath: field], try input.number(of: self), input: input)
        case .seed: try Parameter.setSeed(&job.seed, input)
        case .audio: try Parameter.setAudio(&job, input)
        case .duration: try Parameter.set(&job.duration, try input.duration(), input: input)
        case .frameFormat: try Parameter.setFrameFormat(&job.frameFormat, try input.frameFormat(), input: input)
        case .count: job.count = try input.count()
        case .media(let media): try Parameter.add(try input.media(media), to: &job, input)
        }
    }

    private static func set<Value: Equatable>(_ field: inout Value?, _ value: Value, input: InputValue) throws(Fault) {
        guard field == nil || field == value else { throw contradictionFault(input) }
        field = value
    }

    /// -1 is the usual word for a random seed, which is what no seed means as well.
    private static func setSeed(_ field: inout Int64?, _ input: InputValue) throws(Fault) {
        let seed = try input.integer()
        guard seed != -1 else { return }
        guard seed >= 0 else { throw input.wrongValue("'\(input.param)' must be -1 (random) or at least 0.") }
        try set(&field, Int64(seed), input: input)
    }

    /// Some APIs switch the audio track on by this name, others send an audio file.
    private static func setAudio(_ job: inout Job, _ input: InputValue) throws(Fault) {
        if input.bool == nil, input.file != nil || input.fields != nil || input.elements != nil || input.holdsMedia() {
            return try add([try input.medium(.audio, .audio)], to: &job, input)
        }
        try set(&job.audio, try input.flag(), input: input)
    }

    private static func setFrameFormat(_ field: inout FrameFormat, _ frameFormat: FrameFormat, input: InputValue) throws(Fault) {
        if let size = frameFormat.size { try set(&field.size, size, input: input) }
        if let resolution = frameFormat.resolution { try set(&field.resolution, resolution, input: input) }
        if let aspectRatio = frameFormat.aspectRatio { try set(&field.aspectRatio, aspectRatio, input: input) }
    }

    private static func add(_ media: [InputMedia], to job: inout Job, _ input: InputValue) throws(Fault) {
        for medium in media {
            if let phrase = singularPhrase(medium.role), let other = job.medium(medium.role) {
                throw input.wrongValue("'\(medium.param)' and '\(other.param)' both give \(phrase); send one of them.")
            }
            job.media.append(medium)
        }
    }

    /// A role that only one medium of a job may have, for messages; nil for the others.
    private static func singularPhrase(_ role: InputMedia.Role) -> String? {
        switch role {
        case .firstFrame: "the first frame"
        case .lastFrame: "the last frame"
        case .audio: "the audio"
        case .mask: "the mask"
        case .keyframe, .reference, .source: nil
        }
    }

    static func contradictionFault(_ input: InputValue) -> Fault {
        input.wrongValue("'\(input.param)' says something else than another field of this request; send one of them.")
    }
}

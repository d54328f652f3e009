import Jobs
import Wire

/// Something that a `Job` can express, known under many names: what one API calls `generate_audio` another calls `audio_enable`, and the
/// SDKs' `extra_body` brings any of them to any API. A dialect reads the fields of its own contract first and leaves the others to these.
enum KnownParameter: Sendable {
    case negativePrompt, seed, framesPerSecond, audio, frameFormat, duration, count
    case cameraMotion, style, watermark, guidance, enhancePrompt, multiShot
    case firstFrame, lastFrame, frames
    case references(InputMedia.Kind)
    case mixedReferences, soundtrack, mask
    case keyframes, subjects

    var isCount: Bool { if case .count = self { true } else { false } }

    /// Writes into the job what the client wishes under this name.
    /// - Throws: a fault of a caller's kind, also where another field of the request has said something else already.
    func apply(_ input: InputValue, to job: inout Job) throws(Fault) {
        switch self {
        case .negativePrompt: try KnownParameter.setNegativePrompt(&job.negativePrompt, input)
        case .seed: try KnownParameter.setSeed(&job.seed, input)
        case .framesPerSecond: try KnownParameter.set(&job.framesPerSecond, try input.framesPerSecond(), input: input)
        case .audio: try KnownParameter.setAudio(&job, input)
        case .frameFormat: try KnownParameter.setFrameFormat(&job.frameFormat, try input.frameFormat(), input: input)
        case .duration: try KnownParameter.set(&job.duration, try input.duration(), input: input)
        case .count: job.count = try input.count()
        case .cameraMotion: try KnownParameter.set(&job.cameraMotion, try input.word(), input: input)
        case .style: try KnownParameter.set(&job.style, try input.word(), input: input)
        case .watermark: try KnownParameter.set(&job.watermark, try input.flag(), input: input)
        case .guidance: try KnownParameter.set(&job.guidance, try input.guidance(), input: input)
        case .enhancePrompt: try KnownParameter.set(&job.enhancePrompt, try input.flag(), input: input)
        case .multiShot: try KnownParameter.set(&job.multiShot, try input.flag(), input: input)
        case .firstFrame: try KnownParameter.add(try input.media(.firstFrame, others: .reference, .image), to: &job, input)
        case .lastFrame: try KnownParameter.add([try input.medium(.lastFrame, .image)], to: &job, input)
        case .frames: try KnownParameter.add(try input.frames(), to: &job, input)
        case .references(let kind): try KnownParameter.add(try input.media(.reference, others: .reference, kind), to: &job, input)
        case .mixedReferences: try KnownParameter.add(try input.references(), to: &job, input)
        case .soundtrack: try KnownParameter.add([try input.medium(.audio, .audio)], to: &job, input)
        case .mask: try KnownParameter.add([try input.medium(.mask, .image)], to: &job, input)
        case .keyframes: try KnownParameter.add(try input.keyframes(), to: &job, input)
        case .subjects: try KnownParameter.add(try input.subjects(), to: &job, input)
        }
    }

    /// The name of the job's field in the words of the catalog; nil for media, which know their own names, and for parts of the shape.
    var field: String? {
        switch self {
        case .negativePrompt: "negative_prompt"
        case .seed: "seed"
        case .framesPerSecond: "fps"
        case .audio: "audio"
        case .duration: "seconds"
        case .count: "count"
        case .cameraMotion: "camera_motion"
        case .style: "style"
        case .watermark: "watermark"
        case .guidance: "guidance"
        case .enhancePrompt: "enhance_prompt"
        case .multiShot: "multi_shot"
        case .frameFormat, .firstFrame, .lastFrame, .frames, .references, .mixedReferences, .soundtrack, .mask, .keyframes, .subjects: nil
        }
    }

    private static func set<Value: Equatable>(_ place: inout Value?, _ value: Value, input: InputValue) throws(Fault) {
        guard place == nil || place == value else { throw contradictionFault(input) }
        place = value
    }

    /// An empty text, which forms and pages send along, asks for nothing.
    private static func setNegativePrompt(_ place: inout String?, _ input: InputValue) throws(Fault) {
        let text = try input.string()
        if !text.isEmpty { try set(&place, text, input: input) }
    }

    /// -1 is everybody's word for a random seed, which is what no seed means as well.
    private static func setSeed(_ place: inout Int64?, _ input: InputValue) throws(Fault) {
        let seed = try input.integer()
        guard seed != -1 else { return }
        guard seed >= 0 else { throw input.wrongValue("'\(input.param)' must be -1 (random) or at least 0.") }
        try set(&place, Int64(seed), input: input)
    }

    /// Some APIs switch the sound on by this name, others take a sound by it.
    private static func setAudio(_ job: inout Job, _ input: InputValue) throws(Fault) {
        if input.bool == nil, input.file != nil || input.fields != nil || input.elements != nil || input.holdsMedia() {
            return try add([try input.medium(.audio, .audio)], to: &job, input)
        }
        try set(&job.audio, try input.flag(), input: input)
    }

    private static func setFrameFormat(_ place: inout FrameFormat, _ frameFormat: FrameFormat, input: InputValue) throws(Fault) {
        if let size = frameFormat.size { try set(&place.size, size, input: input) }
        if let resolution = frameFormat.resolution { try set(&place.resolution, resolution, input: input) }
        if let aspectRatio = frameFormat.aspectRatio { try set(&place.aspectRatio, aspectRatio, input: input) }
    }

    private static func add(_ media: [InputMedia], to job: inout Job, _ input: InputValue) throws(Fault) {
        for medium in media {
            let isSingle = [.firstFrame, .lastFrame, .audio, .mask].contains(medium.role)
            if isSingle, let other = job.medium(medium.role) {
                throw input.wrongValue("'\(medium.param)' and '\(other.param)' both give \(medium.role.phrase); send one of them.")
            }
            job.media.append(medium)
        }
    }

    static func contradictionFault(_ input: InputValue) -> Fault {
        input.wrongValue("'\(input.param)' says something else than another field of this request; send one of them.")
    }
}

extension InputMedia.Role {
    fileprivate var phrase: String {
        switch self {
        case .firstFrame: "the first frame"
        case .lastFrame: "the last frame"
        case .audio: "the sound"
        case .mask: "the mask"
        case .keyframe, .reference, .source: name
        }
    }
}

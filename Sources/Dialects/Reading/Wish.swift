import Jobs
import Wire

/// Something that a `Job` can express, known under many names: what one API calls `generate_audio` another calls `audio_enable`, and the
/// SDKs' `extra_body` brings any of them to any API. A dialect reads the fields of its own contract first and leaves the others to these.
enum Wish: Sendable {
    case negativePrompt, seed, framesPerSecond, audio, shape, length, count
    case cameraMotion, style, watermark, guidance, enhancePrompt, multiShot
    case firstFrame, lastFrame, frames, references(Medium.Kind), mixedReferences, soundtrack, mask
    case keyframes, subjects

    var isCount: Bool { if case .count = self { true } else { false } }

    /// Writes into the job what the client wishes under this name.
    /// - Throws: a fault of a caller's kind, also where another field of the request has said something else already.
    func grant(_ given: Given, to job: inout Job) throws(Fault) {
        switch self {
        case .negativePrompt: try Wish.setNegativePrompt(&job.negativePrompt, given)
        case .seed: try Wish.setSeed(&job.seed, given)
        case .framesPerSecond: try Wish.set(&job.framesPerSecond, try given.framesPerSecond(), given)
        case .audio: try Wish.setAudio(&job, given)
        case .shape: try Wish.setShape(&job.shape, try given.shape(), given)
        case .length: try Wish.set(&job.duration, try given.length(), given)
        case .count: job.count = try given.count()
        case .cameraMotion: try Wish.set(&job.cameraMotion, try given.word(), given)
        case .style: try Wish.set(&job.style, try given.word(), given)
        case .watermark: try Wish.set(&job.watermark, try given.flag(), given)
        case .guidance: try Wish.set(&job.guidance, try given.guidance(), given)
        case .enhancePrompt: try Wish.set(&job.enhancePrompt, try given.flag(), given)
        case .multiShot: try Wish.set(&job.multiShot, try given.flag(), given)
        case .firstFrame: try Wish.add(try given.media(.firstFrame, others: .reference, .image), to: &job, given)
        case .lastFrame: try Wish.add([try given.medium(.lastFrame, .image)], to: &job, given)
        case .frames: try Wish.add(try given.frames(), to: &job, given)
        case .references(let kind): try Wish.add(try given.media(.reference, others: .reference, kind), to: &job, given)
        case .mixedReferences: try Wish.add(try given.references(), to: &job, given)
        case .soundtrack: try Wish.add([try given.medium(.audio, .audio)], to: &job, given)
        case .mask: try Wish.add([try given.medium(.mask, .image)], to: &job, given)
        case .keyframes: try Wish.add(try given.keyframes(), to: &job, given)
        case .subjects: try Wish.add(try given.subjects(), to: &job, given)
        }
    }

    /// The name of the job's field in the words of the catalog; nil for media, which know their own names, and for parts of the shape.
    var field: String? {
        switch self {
        case .negativePrompt: "negative_prompt"
        case .seed: "seed"
        case .framesPerSecond: "fps"
        case .audio: "audio"
        case .length: "seconds"
        case .count: "count"
        case .cameraMotion: "camera_motion"
        case .style: "style"
        case .watermark: "watermark"
        case .guidance: "guidance"
        case .enhancePrompt: "enhance_prompt"
        case .multiShot: "multi_shot"
        case .shape, .firstFrame, .lastFrame, .frames, .references, .mixedReferences, .soundtrack, .mask, .keyframes, .subjects: nil
        }
    }

    private static func set<Value: Equatable>(_ place: inout Value?, _ value: Value, _ given: Given) throws(Fault) {
        guard place == nil || place == value else { throw contradiction(given) }
        place = value
    }

    /// An empty text, which forms and pages send along, asks for nothing.
    private static func setNegativePrompt(_ place: inout String?, _ given: Given) throws(Fault) {
        let text = try given.string()
        if !text.isEmpty { try set(&place, text, given) }
    }

    /// -1 is everybody's word for a random seed, which is what no seed means as well.
    private static func setSeed(_ place: inout Int64?, _ given: Given) throws(Fault) {
        let seed = try given.integer()
        guard seed != -1 else { return }
        guard seed >= 0 else { throw given.wrongValue("'\(given.param)' must be -1 (random) or at least 0.") }
        try set(&place, Int64(seed), given)
    }

    /// Some APIs switch the sound on by this name, others take a sound by it.
    private static func setAudio(_ job: inout Job, _ given: Given) throws(Fault) {
        if given.bool == nil, given.file != nil || given.fields != nil || given.elements != nil || given.holdsMedia() {
            return try add([try given.medium(.audio, .audio)], to: &job, given)
        }
        try set(&job.audio, try given.flag(), given)
    }

    private static func setShape(_ place: inout Shape, _ shape: Shape, _ given: Given) throws(Fault) {
        if let size = shape.size { try set(&place.size, size, given) }
        if let tier = shape.tier { try set(&place.tier, tier, given) }
        if let ratio = shape.ratio { try set(&place.ratio, ratio, given) }
    }

    private static func add(_ media: [Medium], to job: inout Job, _ given: Given) throws(Fault) {
        for medium in media {
            let isSingle = [.firstFrame, .lastFrame, .audio, .mask].contains(medium.role)
            if isSingle, let other = job.medium(medium.role) {
                throw given.wrongValue("'\(medium.param)' and '\(other.param)' both give \(medium.role.phrase); send one of them.")
            }
            job.media.append(medium)
        }
    }

    static func contradiction(_ given: Given) -> Fault {
        given.wrongValue("'\(given.param)' says something else than another field of this request; send one of them.")
    }
}

extension Medium.Role {
    fileprivate var phrase: String {
        switch self {
        case .firstFrame: "the first frame"
        case .lastFrame: "the last frame"
        case .audio: "the sound"
        case .mask: "the mask"
        case .keyframe, .reference, .source: word
        }
    }
}

import Wire

/// What a client wants, in no one's API: the waist between the dialects above and the vendors below.
/// A field that the client did not name is nil; nothing here has been defaulted, clamped or renamed.
package struct Job: Sendable {
    package var operation = Operation.generate
    /// The model as the client named it; routing turns it into an account and a `Model`.
    package var model: String
    package var prompt: String?
    /// What should not appear.
    package var negativePrompt: String?
    package var duration: ClipDuration?
    package var frameFormat = FrameFormat()
    package var framesPerSecond: Double?
    package var seed: Int64?
    /// Whether sound is to be made; nil leaves it to the model.
    package var audio: Bool?
    package var media: [InputMedia] = []
    /// The vendor's ticket of an earlier job of the same account that this one extends, edits or remakes.
    package var previous: Ticket?
    /// How many clips.
    package var count = 1
    /// A camera move by its name in the field: `dolly_in`, `static`, …
    package var cameraMotion: String?
    package var style: String?
    package var watermark: Bool?
    /// How closely to follow the prompt (`cfg_scale`, `guidance_scale`), in the model's own range.
    package var guidance: Double?
    /// Whether the vendor may rewrite the prompt.
    package var enhancePrompt: Bool?
    /// Whether the model may cut between shots.
    package var multiShot: Bool?
    /// Parameters of one vendor that the client passed through, by the vendor's own names. Only names on the vendor's list are used.
    package var extras: [(name: String, value: JSONValue)] = []
    /// A name of this one create, of 8 to 40 letters, digits and `-`, unlike any other. Vendors that keep such a name are given it, so that
    /// the job can be found by it.
    package var correlationID: String?
    /// What to use where the client said nothing, if the model can do it; else the model's own default is used. A dialect whose contract
    /// promises defaults (OpenAI: 4 seconds, 720x1280) states them here.
    package var dialectDefaults = DialectDefaults()

    package init(model: String, prompt: String? = nil) {
        self.model = model
        self.prompt = prompt
    }

    package struct DialectDefaults: Sendable, Equatable {
        package var duration: ClipDuration?
        package var frameFormat = FrameFormat()
        package init() {}
    }

    /// The first medium in that role.
    package func medium(_ role: InputMedia.Role) -> InputMedia? { media.first { $0.role == role } }
    package func media(_ role: InputMedia.Role, _ kind: InputMedia.Kind? = nil) -> [InputMedia] {
        media.filter { $0.role == role && (kind == nil || $0.kind == kind) }
    }
}

/// What is to be done. Everything but `generate` needs a source: a medium in the role `.source`, or an earlier job of the same account.
package enum Operation: Sendable, Equatable {
    case generate
    /// Adds time before or behind the source. `context`: seconds of the source that the model looks at.
    case extend(Edge, context: Double?)
    case edit
    /// The same clip again with another prompt.
    case remix
    /// Replaces a span of the source.
    case retake(start: Double, replacing: Replacing)
    case reframe
    /// To high dynamic range.
    case hdr

    package enum Edge: String, Sendable { case start, end }

    package enum Replacing: String, Sendable {
        case audio = "replace_audio"
        case video = "replace_video"
        case both = "replace_audio_and_video"
    }

    /// The word in the catalog and in messages.
    package var name: String {
        switch self {
        case .generate: "generate"
        case .extend: "extend"
        case .edit: "edit"
        case .remix: "remix"
        case .retake: "retake"
        case .reframe: "reframe"
        case .hdr: "hdr"
        }
    }
}

/// What to do with a wish that a model cannot fulfil.
package enum AdaptPolicy: String, Sendable, CaseIterable {
    /// Refuse it, naming what the model can do.
    case strict
    /// Take the nearest that the model can do and say so.
    case nearest
}

/// How long a clip is to be.
package enum ClipDuration: Sendable, Equatable {
    case seconds(Double)
    /// The model decides.
    case automatic

    package var seconds: Double? { if case .seconds(let value) = self { value } else { nil } }
}

import Wire

/// What a client wants, independent of any API: dialects write it, vendors read it.
///
/// A field that the client did not send is nil. Nothing here has been defaulted, clamped or renamed; `Catalog.validate` does that.
package struct Job: Sendable {
    package var operation = Operation.generate
    /// The model as the client named it; routing resolves it to an account and a `Model`.
    package var model: String
    package var prompt: String?
    /// What the video should not show.
    package var negativePrompt: String?
    package var duration: ClipDuration?
    package var frameFormat = FrameFormat()
    package var framesPerSecond: Double?
    package var seed: Int64?
    /// Whether the video gets an audio track; nil leaves it to the model.
    package var audio: Bool?
    package var media: [InputMedia] = []
    /// The vendor's ticket of an earlier job of the same account, which this one extends, edits or remixes.
    package var previous: Ticket?
    /// The number of videos.
    package var count = 1
    /// A camera motion by its usual name: `dolly_in`, `static`, …
    package var cameraMotion: String?
    package var style: String?
    package var watermark: Bool?
    /// How closely to follow the prompt (`cfg_scale`, `guidance_scale`), on the model's own scale.
    package var guidance: Double?
    /// Whether the vendor may rewrite the prompt.
    package var enhancePrompt: Bool?
    /// Whether the model may cut between shots.
    package var multiShot: Bool?
    /// Whether this server may keep the result; nil leaves it to the server.
    package var mayBeKept: Bool?
    /// Parameters that the client sent under a vendor's own names. Only names on the vendor's list reach the vendor.
    package var extras: [(name: String, value: JSONValue)] = []
    /// A unique name of this create: 8 to 40 letters, digits and `-`. Vendors that store such a name get it, so that the job can be found
    /// by it after its answer was lost.
    package var correlationID: String?
    /// What to use for fields that the client left open, if the model supports it; otherwise the model's own default holds. For dialects
    /// whose contract promises defaults (OpenAI: 4 seconds, 720x1280).
    package var dialectDefaults = DialectDefaults()

    package init(model: String, prompt: String? = nil) {
        self.model = model
        self.prompt = prompt
    }

    /// Values that a dialect prefers. Unlike values that the client sent, they are dropped silently where the model cannot do them.
    package struct DialectDefaults: Sendable, Equatable {
        package var duration: ClipDuration?
        package var frameFormat = FrameFormat()
        package init() {}
    }

    /// The first medium with that role.
    package func medium(_ role: InputMedia.Role) -> InputMedia? { media.first { $0.role == role } }

    /// All media with that role, of that kind or of any.
    package func media(_ role: InputMedia.Role, _ kind: InputMedia.Kind? = nil) -> [InputMedia] {
        media.filter { $0.role == role && (kind == nil || $0.kind == kind) }
    }
}

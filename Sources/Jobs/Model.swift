import Wire

/// One model of one vendor: what it can do, what it accepts, what it costs. Read from the catalog; facts carry their source and date.
package struct Model: Sendable {
    package var vendor: String
    /// The name without the vendor: `veo-3.1-fast` of `fal/veo-3.1-fast`.
    package var name: String
    /// The name that is sent to the vendor.
    package var upstream: String
    package var title: String
    /// Other names that clients may use.
    package var aliases: [String] = []
    package var modes: Set<Mode> = [.text]
    package var durations = Durations.any
    package var sizes: [Size] = []
    package var resolutions: [Resolution] = []
    package var aspectRatios: [AspectRatio] = []
    /// What the vendor makes where the job leaves it open.
    package var defaults = Defaults()
    package var framesPerSecond: [Double] = []
    package var seeds: ClosedRange<Int64>?
    package var negativePrompt = false
    package var audio = Audio.never
    /// The longest prompt in characters; 0 if the model takes none, nil if unknown.
    package var maxPromptLength: Int?
    package var requiresPrompt = true
    /// The maximum number of media of each kind and role; an absent one means none.
    package var media: [MediaLimit] = []
    /// The optional fields that the model takes: the names in `Parameter.optional`, `previous` where an earlier job may be the source, and
    /// `subjects` where references may be named.
    package var fields: Set<String> = []
    /// The accepted values of a field in `fields`; an absent one means any.
    package var choices: [String: [String]] = [:]
    /// Combinations of supported values that the vendor refuses.
    package var rules: [Rule] = []
    package var prices: [Price] = []
    /// Facts that only the vendor's own file reads: endpoints, field names.
    package var wire: JSON?
    /// The URL of the page that the facts come from.
    package var source = ""
    /// The day on which the facts were checked: `2026-11-20`.
    package var verifiedOn = ""
    /// The first day on which the vendor refuses the model.
    package var retiresOn: String?
    /// Whether the facts are second-hand or inferred.
    package var uncertain = false
    /// Whether every value is passed on and the vendor decides: for self-hosted servers with unknown limits.
    package var acceptsAnything = false
    /// The models behind this one, if its vendor has a separate model with separate limits for each mode. The facts above are then what at
    /// least one of them supports.
    package var variants: [Model] = []

    package init(vendor: String, name: String, upstream: String, title: String) {
        self.vendor = vendor
        self.name = name
        self.upstream = upstream
        self.title = title
    }

    /// `vendor/name`.
    package var fullName: String { vendor + "/" + name }

    /// What a job starts from. Raw values stand in catalogs, in messages and in lists of models.
    package enum Mode: String, Sendable, CaseIterable {
        case text, image
        case firstLast = "first_last"
        case lastOnly = "last_only"
        case references, keyframes, audio, extend, edit, remix, retake, reframe, hdr
    }

    /// Whether videos of the model have an audio track.
    package enum Audio: String, Sendable, CaseIterable { case never, always, optional }

    /// What the vendor makes where the job leaves it open; nil means unknown.
    package struct Defaults: Sendable, Equatable {
        package var seconds: Double?
        package var frameFormat = FrameFormat()
        package var audio: Bool?
        /// The names of inferred values (`seconds`, `size`, `tier`, `ratio`, `audio`): good enough to show, not to reserve money by.
        package var uncertain: Set<String> = []
        package init() {}
    }

    /// How many media of one kind and role the model takes, and which.
    package struct MediaLimit: Sendable, Equatable {
        package var kind: InputMedia.Kind
        /// `InputMedia.Role.name`.
        package var role: String
        package var maxCount: Int
        package var maxBytes: Int?
        /// Empty means any.
        package var types: [MediaType]
        /// The maximum length of a video or audio.
        package var seconds: Double?
        package init(kind: InputMedia.Kind, role: String, maxCount: Int, bytes: Int? = nil, types: [MediaType] = []) {
            self.kind = kind
            self.role = role
            self.maxCount = maxCount
            self.maxBytes = bytes
            self.types = types
        }
    }

    /// If the job has all the values in `when`, its `field` must be one of `allowed`. Fields are named as in the catalog: `mode`, `tier`
    /// (resolution), `ratio`, `size`, `seconds`, `fps`, `audio`.
    package struct Rule: Sendable, Equatable {
        package var when: [String: [String]]
        package var field: String
        package var allowed: [String]
        package init(when: [String: [String]], field: String, allowed: [String]) {
            self.when = when
            self.field = field
            self.allowed = allowed
        }
    }

    /// Whether its vendor refuses it by then, as far as the catalog knows.
    package func isRetired(at now: Timestamp) -> Bool { retiresOn.map { $0 <= String(now.iso8601.prefix(10)) } ?? false }
}

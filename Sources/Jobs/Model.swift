import Wire

/// One model of one vendor: what it can do, accepts and costs. Read from the catalog; facts carry their source and date.
package struct Model: Sendable {
    package var vendor: String
    /// Its name below the vendor: `fal/veo-3.1-fast` has the name `veo-3.1-fast`.
    package var name: String
    /// What is sent to the vendor.
    package var upstream: String
    package var title: String
    /// Other names by which clients know it.
    package var aliases: [String] = []
    package var modes: Set<Mode> = [.text]
    package var durations = Durations.any
    package var sizes: [Size] = []
    package var resolutions: [Resolution] = []
    package var aspectRatios: [AspectRatio] = []
    /// What the vendor makes where nothing is said.
    package var defaults = Defaults()
    package var framesPerSecond: [Double] = []
    package var seeds: ClosedRange<Int64>?
    package var negativePrompt = false
    package var audio = Audio.never
    /// Longest prompt in characters; 0 where none is taken.
    package var maxPromptLength: Int?
    package var requiresPrompt = true
    /// How many media of each kind and role at most; absent means none.
    package var media: [MediaLimit] = []
    /// Neutral fields beyond these that the model takes: `camera_motion`, `style`, `guidance`, `watermark`, `enhance_prompt`, `multi_shot`,
    /// `count`, and `previous` where an earlier job may stand for the source.
    package var fields: Set<String> = []
    /// Values that a field of `fields` may have; absent means any.
    package var choices: [String: [String]] = [:]
    /// Combinations that the lists alone would allow and the vendor refuses, or the reverse.
    package var rules: [Rule] = []
    package var prices: [Price] = []
    /// What only the vendor's own file reads: endpoints, field names.
    package var wire: JSON?
    package var source = ""
    /// The day the facts were seen, `2026-11-20`.
    package var verifiedOn = ""
    /// The day from which the vendor refuses it.
    package var retiresOn: String?
    /// True where the facts come from a second hand or are inferred.
    package var uncertain = false
    /// Accepts anything and lets the vendor judge: for self-hosted servers whose limits nobody can know.
    package var acceptsAnything = false
    /// Where each mode is a model of its own at the vendor, with limits of its own: these, told apart by their modes. The facts above
    /// are then what at least one of them can do.
    package var variants: [Model] = []

    package init(vendor: String, name: String, upstream: String, title: String) {
        self.vendor = vendor
        self.name = name
        self.upstream = upstream
        self.title = title
    }

    /// `vendor/name`.
    package var fullName: String { vendor + "/" + name }

    package enum Mode: String, Sendable, CaseIterable {
        case text, image
        case firstLast = "first_last"
        case lastOnly = "last_only"
        case references, keyframes, audio, extend, edit, remix, retake, reframe, hdr
    }

    package enum Durations: Sendable, Equatable {
        /// Nothing is known, or the vendor takes any.
        case any
        case list([Double], automatic: Bool)
        case range(ClosedRange<Double>, step: Double, automatic: Bool)
        /// The vendor has no such parameter; every clip is this long.
        case fixed(Double)
        /// The vendor has no such parameter; a clip is as long as the clip or sound that was given.
        case source
        /// The vendor has no such parameter; the model decides.
        case automatic
    }

    package enum Audio: String, Sendable, CaseIterable { case never, always, optional }

    package struct Defaults: Sendable, Equatable {
        package var seconds: Double?
        package var frameFormat = FrameFormat()
        package var audio: Bool?
        /// Which of them are inferred (`seconds`, `size`, `tier`, `ratio`, `audio`): good enough to show, not to reserve money by.
        package var uncertain: Set<String> = []
        package init() {}
    }

    package struct MediaLimit: Sendable, Equatable {
        package var kind: InputMedia.Kind
        /// `first_frame`, `last_frame`, `reference`, `source`, `audio`, `keyframe`, `mask`.
        package var role: String
        package var maxCount: Int
        package var maxBytes: Int?
        package var types: [MediaType]
        /// The longest video or audio that the vendor takes.
        package var seconds: Double?
        package init(kind: InputMedia.Kind, role: String, maxCount: Int, bytes: Int? = nil, types: [MediaType] = []) {
            self.kind = kind
            self.role = role
            self.maxCount = maxCount
            self.maxBytes = bytes
            self.types = types
        }
    }

    /// When the job has all that stands in `when` (by neutral field name: `tier`, `fps`, `mode`, `audio`, `ratio`, `size`, `seconds`),
    /// its `field` must be one of `allowed`.
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
}

extension InputMedia.Role {
    /// The word in catalogs and messages.
    package var name: String {
        switch self {
        case .firstFrame: "first_frame"
        case .lastFrame: "last_frame"
        case .keyframe: "keyframe"
        case .reference: "reference"
        case .source: "source"
        case .audio: "audio"
        case .mask: "mask"
        }
    }
}

extension Model {
    /// Whether its vendor refuses it by then, as far as the catalog knows.
    package func isRetired(at now: Timestamp) -> Bool { retiresOn.map { $0 <= String(now.iso8601.prefix(10)) } ?? false }
}

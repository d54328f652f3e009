import Wire

/// One model of one vendor: what it can do, what it accepts, what it costs. Read from the catalog; facts carry their source and date.
///
/// An immutable object: the facts fill 400 bytes with 20 references, and every job of the model shares them.
package final class Model: Sendable {
    package let facts: Facts

    package init(_ facts: Facts) { self.facts = facts }

    package convenience init(vendor: String, name: String, upstream: String, title: String) {
        self.init(Facts(vendor: vendor, name: name, upstream: upstream, title: title))
    }

    /// A model with a changed copy of the facts.
    package func changed(_ change: (inout Facts) throws -> Void) rethrows -> Model {
        var facts = facts
        try change(&facts)
        return Model(facts)
    }

    package var vendor: String { facts.vendor }
    package var name: String { facts.name }
    package var upstream: String { facts.upstream }
    package var title: String { facts.title }
    package var aliases: [String] { facts.aliases }
    package var modes: Set<Mode> { facts.modes }
    package var durations: Durations { facts.durations }
    package var sizes: [Size] { facts.sizes }
    package var resolutions: [Resolution] { facts.resolutions }
    package var aspectRatios: [AspectRatio] { facts.aspectRatios }
    package var defaults: Defaults { facts.defaults }
    package var framesPerSecond: [Double] { facts.framesPerSecond }
    package var seeds: ClosedRange<Int64>? { facts.seeds }
    package var negativePrompt: Bool { facts.negativePrompt }
    package var audio: Audio { facts.audio }
    package var maxPromptLength: Int? { facts.maxPromptLength }
    package var requiresPrompt: Bool { facts.requiresPrompt }
    package var media: [MediaLimit] { facts.media }
    package var fields: Set<String> { facts.fields }
    package var choices: [String: [String]] { facts.choices }
    package var rules: [Rule] { facts.rules }
    package var prices: [Price] { facts.prices }
    package var wire: JSON? { facts.wire }
    package var source: String { facts.source }
    package var verifiedOn: String { facts.verifiedOn }
    package var retiresOn: String? { facts.retiresOn }
    package var uncertain: Bool { facts.uncertain }
    package var acceptsAnything: Bool { facts.acceptsAnything }
    package var variants: [Model] { facts.variants }

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

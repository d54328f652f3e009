import Wire

extension Model {
    /// The facts of a model, while they are read and merged.
    package struct Facts: Sendable {
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
        /// The optional fields that the model takes: the names in `Parameter.optional`, `previous` where an earlier job may be the source,
        /// and `subjects` where references may be named.
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
        /// The models behind this one, if its vendor has a separate model with separate limits for each mode. The facts above are then what
        /// at least one of them supports.
        package var variants: [Model] = []

        package init(vendor: String, name: String, upstream: String, title: String) {
            self.vendor = vendor
            self.name = name
            self.upstream = upstream
            self.title = title
        }
    }
}

import Jobs

/// One model or alias that the caller may use.
package struct ModelView: Sendable {
    /// The name for requests: `fal/veo-3.1`, `sora-2`.
    package var name: String
    /// The model; for an alias, that of its first try.
    package var model: Model
    package var isAlias: Bool
    /// Whether an account can serve it now.
    package var isAvailable: Bool
    package init(name: String, model: Model, isAlias: Bool, isAvailable: Bool) {
        self.name = name
        self.model = model
        self.isAlias = isAlias
        self.isAvailable = isAvailable
    }
}

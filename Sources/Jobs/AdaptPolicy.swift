/// What to do with a value that a model does not support. Raw values stand in the configuration (`adapt: nearest`).
package enum AdaptPolicy: String, Sendable, CaseIterable {
    /// Refuse the request, and name what the model supports.
    case strict
    /// Use the nearest value that the model supports, and warn.
    case nearest
}

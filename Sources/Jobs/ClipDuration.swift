import Wire

/// The requested length of a video.
package enum ClipDuration: Sendable, Equatable {
    case seconds(Double)
    /// The model decides.
    case automatic

    /// Nil if the model decides.
    package var seconds: Double? { if case .seconds(let value) = self { value } else { nil } }
}

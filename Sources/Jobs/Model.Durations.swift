import Wire

extension Model {
    /// The lengths that a model can make.
    package enum Durations: Sendable, Equatable {
        /// Unknown, or any.
        case any
        /// These lengths in seconds, ascending; `automatic`: the model may be left to decide.
        case list([Double], automatic: Bool)
        /// Every multiple of `step` from the lower bound on; a step of 0 means any number in the range.
        case range(ClosedRange<Double>, step: Double, automatic: Bool)
        /// The vendor has no such parameter; every video is this long.
        case fixed(Double)
        /// The vendor has no such parameter; a video is as long as the input video or audio.
        case source
        /// The vendor has no such parameter; the model decides.
        case automatic

        /// The longest video that can be requested or made; nil if there is no limit.
        package var maxSeconds: Double? {
            switch self {
            case .any, .source, .automatic: nil
            case .fixed(let seconds): seconds
            case .list(let values, _): values.max()
            case .range(let range, _, _): range.upperBound
            }
        }

        /// Whether a video may have that length.
        package func mayEqual(_ seconds: Double) -> Bool {
            switch self {
            case .any, .source, .automatic: true
            case .fixed(let value): value == seconds
            case .list(let values, _): values.contains(seconds)
            case .range(let range, _, _): range.contains(seconds)
            }
        }
    }
}

import Wire

/// What a body decoder found next.
enum BodyStep {
    /// The input is used up.
    case more
    /// A slice of the input; never empty.
    case piece(Slice)
    case end
}

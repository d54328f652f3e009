import Wire

/// Removes the framing of one message body: bytes in, pieces out. Pieces are slices of the input, without a copy.
struct BodyDecoder {
    private enum State {
        case counted(remaining: Int64)
        case chunked(ChunkDecoder)
        case untilClose
    }

    private var state: State

    init(_ framing: BodyFraming, _ strictness: ChunkDecoder.Strictness, limits: FramingLimits) {
        switch framing {
        case .none: state = .counted(remaining: 0)
        case .length(let length): state = .counted(remaining: length)
        case .chunked: state = .chunked(ChunkDecoder(strictness, limits))
        case .untilClose: state = .untilClose
        }
    }

    mutating func next(_ input: inout Slice) throws(BodyFramingError) -> BodyStep {
        switch state {
        case .counted(let remaining):
            guard remaining > 0 else { return .end }
            let piece = input.prefix(Int(min(remaining, Int64(Int.max))))
            guard !piece.isEmpty else { return .more }
            input.removeFirst(piece.count)
            state = .counted(remaining: remaining - Int64(piece.count))
            return .piece(piece)
        case .chunked(var decoder):
            state = .untilClose  // so that the decoder's buffer is not held twice while it changes
            defer { state = .chunked(decoder) }
            return try decoder.next(&input)
        case .untilClose:
            guard !input.isEmpty else { return .more }
            let piece = input
            input = piece[piece.endIndex...]
            return .piece(piece)
        }
    }
}

/// What a body decoder found next.
enum BodyStep {
    /// The input is used up.
    case more
    /// A slice of the input; never empty.
    case piece(Slice)
    case end
}

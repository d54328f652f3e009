import Wire

/// Decodes chunks in the content itself: clients of object stores send files that way, with a checksum at the end (`aws-chunked`).
package struct ChunkedContent: Sendable {
    private var decoder: ChunkDecoder

    package init(_ limits: Limits) { decoder = ChunkDecoder(.strict, FramingLimits(limits)) }

    /// The decoded bytes of `piece`, as slices of it.
    package mutating func decode(_ piece: Slice) throws(BodyFramingError) -> [Slice] {
        var (rest, cuts) = (piece, [Slice]())
        while case .piece(let cut) = try decoder.next(&rest) { cuts.append(cut) }
        return cuts
    }

    /// Whether the last chunk and the trailer have been read.
    package var isDone: Bool { decoder.isDone }
}

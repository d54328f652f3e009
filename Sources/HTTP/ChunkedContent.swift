import Wire

/// Takes the chunked coding off bytes that came in it as their content coding: the clients of object stores send a file so, with its
/// checksum behind it (`aws-chunked`).
package struct ChunkedContent: Sendable {
    private var decoder: ChunkDecoder

    package init(_ limits: Limits) { decoder = ChunkDecoder(.strict, FramingLimits(limits)) }

    /// The bytes that `piece` holds, in cuts of it.
    package mutating func decode(_ piece: Slice) throws(BodyFramingError) -> [Slice] {
        var (rest, cuts) = (piece, [Slice]())
        while case .piece(let cut) = try decoder.next(&rest) { cuts.append(cut) }
        return cuts
    }

    /// Whether the last chunk and what stands behind it have come.
    package var isDone: Bool { decoder.isDone }
}

import Wire

/// Cuts a request into parcels, each small enough that a deadline for one parcel is a deadline of progress, and that a server's early
/// answer is noticed between two of them.
struct WriteChunks: Sequence, IteratorProtocol {
    private var rest: ArraySlice<Slice>
    private static let maxBytes = 256 * 1024
    /// As many pieces as one call writes.
    private static let maxPieces = 16

    init(_ head: Slice, _ body: Pieces) { rest = [head] + body.slices }

    mutating func next() -> [Slice]? {
        var chunk: [Slice] = []
        var room = WriteChunks.maxBytes
        while room > 0, chunk.count < WriteChunks.maxPieces, let first = rest.first {
            let part = first.prefix(room)
            chunk.append(part)
            room -= part.count
            if part.count == first.count { rest.removeFirst() } else { rest[rest.startIndex] = first.dropFirst(part.count) }
        }
        return chunk.isEmpty ? nil : chunk
    }
}

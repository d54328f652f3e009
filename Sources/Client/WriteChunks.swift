import Wire

/// Splits a request into chunks, each small enough that its write deadline measures progress, and that an early response is noticed
/// between two of them.
struct WriteChunks: Sequence, IteratorProtocol {
    private var rest: ArraySlice<Slice>
    private static let maxBytes = 256 * 1024
    /// How many pieces one system call writes.
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

import Wire

/// Cuts a request into parcels, each small enough that a deadline for one parcel is a deadline of progress, and that a server's early
/// answer is noticed between two of them.
struct Parcels: Sequence, IteratorProtocol {
    private var rest: ArraySlice<Slice>
    private static let bytes = 256 * 1024
    /// As many pieces as one call writes.
    private static let pieces = 16

    init(_ head: Slice, _ body: Pieces) { rest = [head] + body.slices }

    mutating func next() -> [Slice]? {
        var parcel: [Slice] = []
        var room = Parcels.bytes
        while room > 0, parcel.count < Parcels.pieces, let first = rest.first {
            let part = first.prefix(room)
            parcel.append(part)
            room -= part.count
            if part.count == first.count { rest.removeFirst() } else { rest[rest.startIndex] = first.dropFirst(part.count) }
        }
        return parcel.isEmpty ? nil : parcel
    }
}

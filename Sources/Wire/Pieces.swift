/// The bytes of one message body as a sequence of slices, so that large parts are forwarded without a copy.
package struct Pieces: Sendable, Equatable {
    package private(set) var slices: [Slice] = []
    package private(set) var count = 0

    package init() {}

    package init(_ bytes: Bytes) { append(bytes[...]) }
    package init(_ text: String) { append(Bytes(text.utf8)[...]) }

    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ slice: Slice) {
        guard !slice.isEmpty else { return }
        slices.append(slice)
        count += slice.count
    }

    package mutating func append(_ text: String) { append(Bytes(text.utf8)[...]) }
    package mutating func append(_ pieces: Pieces) { for slice in pieces.slices { append(slice) } }

    /// All bytes in one buffer; copies unless there is only one piece.
    package func joined() -> Slice {
        if slices.count == 1 { return slices[0] }
        var bytes = Bytes()
        bytes.reserveCapacity(count)
        for slice in slices { bytes.append(contentsOf: slice) }
        return bytes[...]
    }

    package static func == (left: Pieces, right: Pieces) -> Bool { left.count == right.count && left.joined() == right.joined() }
}

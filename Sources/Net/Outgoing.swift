import CLinux
import Wire

/// The pieces of one write that have not gone yet.
struct Outgoing {
    private var pieces: ArraySlice<Slice>
    /// Entries of one sendmsg; more pieces take another call.
    private static let vectors = 16

    init(_ pieces: [Slice]) {
        self.pieces = pieces[...]
        skipEmpty()
    }

    var isEmpty: Bool { pieces.isEmpty }
    var first: Slice? { pieces.first }

    mutating func drop(_ count: Int) {
        var count = count
        while count > 0, let head = pieces.first {
            if head.count > count {
                pieces[pieces.startIndex] = head.dropFirst(count)
                return
            }
            count -= head.count
            pieces.removeFirst()
        }
        skipEmpty()
    }

    /// Copies from the front until the room is full; always the same bytes for the same state, as a repeated SSL_write needs.
    func copy(into room: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        for piece in pieces where filled < room.count {
            let part = piece.prefix(room.count - filled)
            part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: room[filled...]).copyMemory(from: $0) }
            filled += part.count
        }
        return filled
    }

    /// Calls `body` with the addresses of the first pieces, which hold for as long as it runs.
    func withVectors<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: Outgoing.vectors) { table in
            fill(table, pieces.prefix(Outgoing.vectors), 0, body)
        }
    }

    /// One stack frame per piece, because an array lends its address to a closure only.
    private func fill<Result>(
        _ table: UnsafeMutableBufferPointer<iovec>, _ rest: ArraySlice<Slice>, _ count: Int,
        _ body: (UnsafeBufferPointer<iovec>) -> Result
    ) -> Result {
        guard let piece = rest.first else { return body(UnsafeBufferPointer(rebasing: table[..<count])) }
        return piece.withUnsafeBytes { bytes in
            table.initializeElement(at: count, to: iovec(iov_base: .init(mutating: bytes.baseAddress), iov_len: bytes.count))
            return fill(table, rest.dropFirst(), count + 1, body)
        }
    }

    private mutating func skipEmpty() {
        while let head = pieces.first, head.isEmpty { pieces.removeFirst() }
    }
}

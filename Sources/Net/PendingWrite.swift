import CLinux
import Wire

/// The pieces of one write that have not been written yet.
struct PendingWrite {
    private(set) var pieces: ArraySlice<Slice>
    /// How many pieces one sendmsg writes.
    private static let maxVectors = 16

    init(_ pieces: [Slice]) {
        self.pieces = pieces[...]
        skipEmpty()
    }

    var isEmpty: Bool { pieces.isEmpty }
    var first: Slice? { pieces.first }

    mutating func advance(_ count: Int) {
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

    /// Copies from the front until `buffer` is full. The same state gives the same bytes, which a repeated SSL_write requires.
    func copy(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        for piece in pieces where filled < buffer.count {
            let part = piece.prefix(buffer.count - filled)
            part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: $0) }
            filled += part.count
        }
        return filled
    }

    /// Calls `body` with the addresses of the first pieces, valid during the call.
    func withVectors<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: PendingWrite.maxVectors) { table in
            fill(table, pieces.prefix(PendingWrite.maxVectors), count: 0, body: body)
        }
    }

    /// Recursive, one call per piece, because the address of an array is valid only inside a closure.
    private func fill<Result>(
        _ table: UnsafeMutableBufferPointer<iovec>, _ rest: ArraySlice<Slice>, count: Int,
        body: (UnsafeBufferPointer<iovec>) -> Result
    ) -> Result {
        guard let piece = rest.first else { return body(UnsafeBufferPointer(rebasing: table[..<count])) }
        return piece.withUnsafeBytes { bytes in
            table.initializeElement(at: count, to: iovec(iov_base: .init(mutating: bytes.baseAddress), iov_len: bytes.count))
            return fill(table, rest.dropFirst(), count: count + 1, body: body)
        }
    }

    private mutating func skipEmpty() {
        while let head = pieces.first, head.isEmpty { pieces.removeFirst() }
    }
}

import CNghttp2
import Wire

/// One request and its answer on an HTTP/2 connection, as far as frames are concerned. It belongs to its session.
package final class HTTP2Stream {
    package let id: Int32
    /// Whoever answers it; the session does not look at it.
    package var owner: AnyObject?

    /// The client has sent all of its request.
    @exclusivity(unchecked) package internal(set) var hasEnded = false
    /// It is over, in whatever way; nothing more is sent on it.
    @exclusivity(unchecked) package internal(set) var isClosed = false
    /// The client has reset it.
    @exclusivity(unchecked) package internal(set) var wasCancelled = false
    /// What is wrong with the request's trailers.
    @exclusivity(unchecked) package internal(set) var requestError: RequestError?
    /// The end of the answer is in a batch that has been taken.
    @exclusivity(unchecked) package internal(set) var hasSentEnd = false
    /// Body bytes that have been taken up into batches.
    @exclusivity(unchecked) package private(set) var sentBytes: Int64 = 0

    /// Fields of the head while it comes in.
    @exclusivity(unchecked) var fields: RequestFields?
    /// The Origin field of a request that was refused, if it had come.
    @exclusivity(unchecked) package var rejectedOrigin: String?
    /// Where it stands in the session's list.
    @exclusivity(unchecked) var index = 0
    /// The session has told of it, and tells of its end therefore.
    @exclusivity(unchecked) var isReported = false
    @exclusivity(unchecked) var trailerBytes = 0
    @exclusivity(unchecked) var trailerFields = 0

    // The body that came, as far as nobody has asked for it; bounded by the windows.
    @exclusivity(unchecked) private var unreadPieces: [Slice] = []
    @exclusivity(unchecked) private(set) var unreadBytes = 0
    /// Nobody will ask for the body any more.
    @exclusivity(unchecked) var discardsBody = false

    // The body to be sent.
    @exclusivity(unchecked) private var unsentPieces: ArraySlice<Slice> = []
    @exclusivity(unchecked) private(set) var unsentBytes = 0
    /// Nothing follows what is in the outbox.
    @exclusivity(unchecked) var isFinished = false
    /// libnghttp2 was told that there is nothing to send now, and waits to be told otherwise.
    @exclusivity(unchecked) var isDeferred = false

    /// Pieces smaller than this are gathered: each would keep the buffer alive that it was cut from.
    private static let maxCopiedBytes = 4096
    private static let maxMergedBytes = 16 * 1024

    init(_ id: Int32) { self.id = id }

    // MARK: In

    func buffer(_ piece: Slice) {
        unreadBytes += piece.count
        guard piece.count < HTTP2Stream.maxCopiedBytes else { return unreadPieces.append(piece) }
        if let last = unreadPieces.last, last.count < HTTP2Stream.maxCopiedBytes, last.count + piece.count <= HTTP2Stream.maxMergedBytes {
            unreadPieces[unreadPieces.count - 1].append(contentsOf: piece)
        } else {
            unreadPieces.append(Bytes(piece)[...])
        }
    }

    func takePiece() -> Slice? {
        guard !unreadPieces.isEmpty else { return nil }
        let piece = unreadPieces.removeFirst()
        unreadBytes -= piece.count
        return piece
    }

    /// Forgets what nobody has read; returns how much that was.
    func dropUnread() -> Int {
        defer { (unreadPieces, unreadBytes) = ([], 0) }
        return unreadBytes
    }

    // MARK: Out

    func enqueue(_ slice: Slice) {
        guard !slice.isEmpty else { return }
        unsentPieces.append(slice)
        unsentBytes += slice.count
    }

    /// Takes bytes from the front, in as many cuts as they lie in.
    func dequeue(_ count: Int, _ each: (Slice) -> Void) {
        var rest = count
        while rest > 0, let first = unsentPieces.first {
            let cut = first.prefix(rest)
            each(cut)
            rest -= cut.count
            if cut.count == first.count {
                unsentPieces.removeFirst()
            } else {
                unsentPieces[unsentPieces.startIndex] = first.dropFirst(cut.count)
            }
        }
        unsentBytes -= count - rest
        sentBytes += Int64(count - rest)
        if unsentPieces.isEmpty { unsentPieces = [] }
    }

    func dropUnsent() { (unsentPieces, unsentBytes) = ([], 0) }
}

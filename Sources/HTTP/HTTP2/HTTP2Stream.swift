import CNghttp2
import Wire

/// The frames of one request and its response. It belongs to its session.
package final class HTTP2Stream {
    package let id: Int32
    /// The object that handles the request; unused by the session.
    @exclusivity(unchecked) package var owner: AnyObject?

    /// The client has sent all of its request.
    @exclusivity(unchecked) package internal(set) var hasEnded = false
    /// The stream is closed; nothing more is sent on it.
    @exclusivity(unchecked) package internal(set) var isClosed = false
    /// The client has reset it.
    @exclusivity(unchecked) package internal(set) var wasCancelled = false
    /// An error in the request's trailers.
    @exclusivity(unchecked) package internal(set) var requestError: RequestError?
    /// The end of the response has been taken for writing.
    @exclusivity(unchecked) package internal(set) var hasSentEnd = false
    /// Body bytes that have been taken for writing.
    @exclusivity(unchecked) package private(set) var sentBytes: Int64 = 0

    /// The fields of the head while it is incomplete.
    @exclusivity(unchecked) var fields: RequestFields?
    /// The Origin field of a rejected request, if it was received.
    @exclusivity(unchecked) package var rejectedOrigin: String?
    /// Its index in the session's list.
    @exclusivity(unchecked) var index = 0
    /// An event has reported it, so another must report its end.
    @exclusivity(unchecked) var isReported = false
    @exclusivity(unchecked) var trailerBytes = 0
    @exclusivity(unchecked) var trailerFields = 0

    // The received body that has not been read; the windows limit it.
    @exclusivity(unchecked) private var unreadPieces: [Slice] = []
    @exclusivity(unchecked) private(set) var unreadBytes = 0
    /// The rest of the body is discarded.
    @exclusivity(unchecked) var discardsBody = false

    // The body to be sent.
    @exclusivity(unchecked) private var unsentPieces: ArraySlice<Slice> = []
    @exclusivity(unchecked) private(set) var unsentBytes = 0
    /// The body ends with the pieces that are queued.
    @exclusivity(unchecked) var isFinished = false
    /// libnghttp2 got no data and waits until the stream is resumed.
    @exclusivity(unchecked) var isDeferred = false

    /// Smaller pieces are copied together: each slice would keep its whole buffer alive.
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

    /// Drops the unread body; returns its length.
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

    /// Takes bytes from the front and calls `each` with every slice.
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

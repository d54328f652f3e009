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
    @exclusivity(unchecked) package internal(set) var flaw: Refusal?
    /// The end of the answer is in a batch that has been taken.
    @exclusivity(unchecked) package internal(set) var hasSentEnd = false
    /// Body bytes that have been taken up into batches.
    @exclusivity(unchecked) package private(set) var taken: Int64 = 0

    /// Fields of the head while it comes in.
    @exclusivity(unchecked) var fields: RequestFields?
    /// The Origin field of a request that was refused, if it had come.
    @exclusivity(unchecked) package var refusedOrigin: String?
    /// Where it stands in the session's list.
    @exclusivity(unchecked) var place = 0
    /// The session has told of it, and tells of its end therefore.
    @exclusivity(unchecked) var isKnown = false
    @exclusivity(unchecked) var trailerBytes = 0
    @exclusivity(unchecked) var trailerFields = 0

    // The body that came, as far as nobody has asked for it; bounded by the windows.
    @exclusivity(unchecked) private var inbox: [Slice] = []
    @exclusivity(unchecked) private(set) var unread = 0
    /// Nobody will ask for the body any more.
    @exclusivity(unchecked) var discardsBody = false

    // The body to be sent.
    @exclusivity(unchecked) private var outbox: ArraySlice<Slice> = []
    @exclusivity(unchecked) private(set) var unsent = 0
    /// Nothing follows what is in the outbox.
    @exclusivity(unchecked) var isFinished = false
    /// libnghttp2 was told that there is nothing to send now, and waits to be told otherwise.
    @exclusivity(unchecked) var isDeferred = false

    /// Pieces smaller than this are gathered: each would keep the buffer alive that it was cut from.
    private static let small = 4096
    private static let gathered = 16 * 1024

    init(_ id: Int32) { self.id = id }

    // MARK: In

    func keep(_ piece: Slice) {
        unread += piece.count
        guard piece.count < HTTP2Stream.small else { return inbox.append(piece) }
        if let last = inbox.last, last.count < HTTP2Stream.small, last.count + piece.count <= HTTP2Stream.gathered {
            inbox[inbox.count - 1].append(contentsOf: piece)
        } else {
            inbox.append(Bytes(piece)[...])
        }
    }

    func takePiece() -> Slice? {
        guard !inbox.isEmpty else { return nil }
        let piece = inbox.removeFirst()
        unread -= piece.count
        return piece
    }

    /// Forgets what nobody has read; returns how much that was.
    func dropUnread() -> Int {
        defer { (inbox, unread) = ([], 0) }
        return unread
    }

    // MARK: Out

    func give(_ slice: Slice) {
        guard !slice.isEmpty else { return }
        outbox.append(slice)
        unsent += slice.count
    }

    /// Takes bytes from the front, in as many cuts as they lie in.
    func take(_ count: Int, _ each: (Slice) -> Void) {
        var rest = count
        while rest > 0, let first = outbox.first {
            let cut = first.prefix(rest)
            each(cut)
            rest -= cut.count
            if cut.count == first.count { outbox.removeFirst() } else { outbox[outbox.startIndex] = first.dropFirst(cut.count) }
        }
        unsent -= count - rest
        taken += Int64(count - rest)
        if outbox.isEmpty { outbox = [] }
    }

    func dropUnsent() { (outbox, unsent) = ([], 0) }
}

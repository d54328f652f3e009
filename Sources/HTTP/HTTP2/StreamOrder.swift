/// Remembers closed and skipped streams. libnghttp2 forgets them and ignores their frames, but RFC 9113 §5.1 makes these errors.
struct StreamOrder {
    /// The highest stream that was opened.
    private(set) var last: Int32 = 0
    /// Streams that were never opened and that a higher one has closed (RFC 9113 §5.1.1).
    private var skipped: [ClosedRange<Int32>] = []
    /// Streams that we closed while the client was sending: their late frames must be ignored.
    private var cutShort: [Int32] = []
    private var next = 0

    private static let maxSkipped = 16
    private static let maxCutShort = 256

    mutating func recordOpened(_ id: Int32) {
        guard id > last else { return }
        let next = last == 0 ? 1 : last + 2
        if id > next {
            if skipped.count == StreamOrder.maxSkipped { skipped.removeFirst() }
            skipped.append(next...(id - 2))
        }
        last = id
    }

    /// - Parameter isCutShort: whether we closed it while the client was sending.
    mutating func recordClosed(_ id: Int32, isCutShort: Bool) {
        guard isCutShort else { return }
        if cutShort.count < StreamOrder.maxCutShort { return cutShort.append(id) }
        cutShort[next] = id
        next = (next + 1) % StreamOrder.maxCutShort
    }

    /// The error of a frame that opens, continues or ends a request on a stream that is not open; nil if the stream is new, or the frame is
    /// to be ignored.
    func errorCode(for id: Int32) -> HTTP2Code? {
        guard id <= last, id & 1 == 1, !cutShort.contains(id) else { return nil }
        return skipped.contains { $0.contains(id) } ? .protocolError : .streamClosed
    }
}

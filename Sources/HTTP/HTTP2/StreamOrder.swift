/// Which streams have been there. libnghttp2 forgets them, and passes over what comes for those it does not know; RFC 9113 §5.1 does not.
struct StreamOrder {
    /// The highest stream that was begun.
    private(set) var last: Int32 = 0
    /// Streams that a higher one has closed before they were begun (RFC 9113 §5.1.1).
    private var skipped: [ClosedRange<Int32>] = []
    /// Streams that were closed from our side while the client was sending: what is still on its way for them has to be passed over.
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

    /// - Parameter isCutShort: by us.
    mutating func recordClosed(_ id: Int32, isCutShort: Bool) {
        guard isCutShort else { return }
        if cutShort.count < StreamOrder.maxCutShort { return cutShort.append(id) }
        cutShort[next] = id
        next = (next + 1) % StreamOrder.maxCutShort
    }

    /// What a frame means that opens, continues or ends a request, on a stream that is not open: nil if it is a new one, or is passed
    /// over.
    func errorCode(for id: Int32) -> HTTP2Code? {
        guard id <= last, id & 1 == 1, !cutShort.contains(id) else { return nil }
        return skipped.contains { $0.contains(id) } ? .protocolError : .streamClosed
    }
}

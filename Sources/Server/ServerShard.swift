import HTTP
import Net
import Wire

/// What the connections of one loop share: the handler, the limits, the date, spare buffers, and the list of connections.
final class ServerShard {
    let loop: Loop
    @exclusivity(unchecked) private(set) var limits: Limits
    @exclusivity(unchecked) private(set) var timeouts: Timeouts
    @exclusivity(unchecked) private(set) var handler: any Handler
    let bodyMemory: BodyMemoryBudget
    let counters: ServerCounters
    private let clock: () -> Timestamp

    // One loop accesses these properties, never recursively. Checking exclusive access at run time would cost a tenth of a request's
    // instructions.
    @exclusivity(unchecked) private(set) var isDraining = false
    /// Whether shutdown is announced: HTTP/1.1 connections close after their next response, and new connections are still accepted.
    @exclusivity(unchecked) private(set) var isClosing = false
    @exclusivity(unchecked) private var connections: [any ServerConnection] = []
    /// How many listeners may still deliver connections.
    private var listenerCount = 0
    /// Connections that are being sent a 503 because a limit is reached.
    private var rejectionReplies = 0
    /// Where `evictIdle` continues its search.
    private var evictionCursor = 0
    private var whenEmpty: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) private var buffers: [Bytes] = []
    @exclusivity(unchecked) private var date: Bytes = []
    @exclusivity(unchecked) private var dateEnds = Instant(nanoseconds: 0)

    /// How many connections are checked for an idle one.
    private static let maxEvictionScan = 64
    /// Buffers kept for heads and small responses. More are in use only while many responses wait for slow clients.
    private static let maxSpareBuffers = 32
    /// A larger buffer is not kept.
    private static let maxSpareBufferBytes = 16 * 1024

    init(
        loop: Loop, limits: Limits, handler: any Handler, bodyMemory: BodyMemoryBudget, counters: ServerCounters,
        clock: @escaping () -> Timestamp
    ) {
        self.loop = loop
        self.limits = limits
        timeouts = Timeouts(limits)
        self.handler = handler
        self.bodyMemory = bodyMemory
        self.counters = counters
        self.clock = clock
    }

    /// Uses these from now on. A request in progress keeps its handler.
    func adopt(_ limits: Limits, _ handler: any Handler) {
        self.limits = limits
        self.handler = handler
        timeouts = Timeouts(limits)
    }

    /// The line of the Date field, renewed each second.
    func dateLine() -> Bytes {
        if loop.now >= dateEnds {
            let now = clock()
            date = HeadWriter.dateLine(now)
            dateEnds = loop.now + (.seconds(now.unix + 1) - now.sinceEpoch)
        }
        return date
    }

    /// The value of the Date field without its name and line end.
    func dateValue() -> Slice { dateLine().dropFirst("date: ".utf8.count).dropLast(2) }

    // MARK: Buffers

    /// An empty buffer. Return it after the write: a waiting connection holds none.
    func takeBuffer() -> Bytes {
        if let buffer = buffers.popLast() { return buffer }
        var buffer = Bytes()
        buffer.reserveCapacity(4096)
        return buffer
    }

    func returnBuffer(_ buffer: consuming Bytes) {
        guard buffers.count < ServerShard.maxSpareBuffers, buffer.capacity <= ServerShard.maxSpareBufferBytes else { return }
        buffer.removeAll(keepingCapacity: true)
        buffers.append(buffer)
    }

    // MARK: Connections

    var count: Int { connections.count }

    func add(_ connection: any ServerConnection) {
        connection.index = connections.count
        connections.append(connection)
    }

    func retainListener() { listenerCount += 1 }

    func releaseListener() {
        listenerCount -= 1
        if isEmpty { whenEmpty.take()?.resume() }
    }

    private var isEmpty: Bool { connections.isEmpty && listenerCount == 0 }

    func remove(_ connection: any ServerConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        if isEmpty { whenEmpty.take()?.resume() }
    }

    // MARK: The end

    func announceDrain() { isClosing = true }

    /// Closes each connection after its next response. Idle connections are closed after a moment, because a request may be on its way:
    /// only a `connection: close` in a response cannot cross it. Later connections check `isDraining` themselves.
    /// - Parameter grace: the time until connections are aborted.
    func drain(within grace: Duration) {
        isDraining = true
        isClosing = true
        let present = connections
        for connection in present { connection.announceShutdown() }
        loop.after(min(limits.shutdownIdleWait, grace / 2)) { for connection in present { connection.closeIfIdle() } }
    }

    /// Closes an idle connection, if one is found quickly, to free a place.
    func evictIdle() {
        for _ in 0..<min(connections.count, ServerShard.maxEvictionScan) {
            evictionCursor = (evictionCursor + 1) % connections.count
            guard connections[evictionCursor].hasServed else { continue }
            if connections[evictionCursor].closeIfIdle() { return }
        }
    }

    /// Closes a connection beyond the limit, with a 503 if few of these are being sent.
    func reject(_ stream: Net.Stream, isTLS: Bool) {
        guard !isTLS, rejectionReplies < limits.maxRejectionReplies else { return stream.close() }
        rejectionReplies += 1
        var bytes = takeBuffer()
        let headers = Headers([(.retryAfter, String(max(1, limits.overloadRetryAfter.components.seconds)))])
        HeadWriter.appendResponse(503, headers, body: .length(0), date: dateLine(), keepsAlive: false, to: .http11, into: &bytes)
        stream.writeWithoutWaiting(bytes)
        returnBuffer(bytes)
        Loop.fork {
            await stream.linger(by: self.loop.now + self.limits.lingerIdleTimeout)
            self.rejectionReplies -= 1
        }
    }

    /// Aborts all connections. Their clients see failed transfers.
    func abortAll() {
        for connection in connections { connection.abort() }
    }

    /// Waits until no connection is open and none can be accepted, for at most `span`.
    func waitUntilEmpty(within span: Duration) async {
        guard !isEmpty, span > .zero else { return }
        let timer = loop.after(span) { [self] in whenEmpty.take()?.resume() }
        await withUnsafeContinuation { whenEmpty = $0 }
        timer.cancel()
    }
}

import HTTP
import Net
import Wire

/// What the connections of one loop share: the handler, the limits, the date, spare buffers, and the list of who is there.
final class ServerShard {
    let loop: Loop
    @exclusivity(unchecked) private(set) var limits: Limits
    @exclusivity(unchecked) private(set) var timeouts: Timeouts
    @exclusivity(unchecked) private(set) var handler: any Handler
    let bodyMemory: BodyMemoryBudget
    let counters: ServerCounters
    private let clock: () -> Timestamp

    // What follows is touched between two suspensions of code on one loop, never from within an access to itself. The run-time check
    // of that would be a tenth of a request's instructions.
    @exclusivity(unchecked) private(set) var isDraining = false
    /// The end is near: each answer over HTTP/1.1 is its connection's last, and new connections are still taken.
    @exclusivity(unchecked) private(set) var isClosing = false
    @exclusivity(unchecked) private var connections: [any ServerConnection] = []
    /// Listeners from which connections may still come.
    private var listenerCount = 0
    /// Connections that are told that there is no place for them.
    private var rejectionReplies = 0
    /// Where `makeRoom` goes on to look.
    private var evictionCursor = 0
    private var whenEmpty: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) private var buffers: [Bytes] = []
    @exclusivity(unchecked) private var date: Bytes = []
    @exclusivity(unchecked) private var dateEnds = Instant(nanoseconds: 0)

    /// Connections looked at for one that may go.
    private static let maxEvictionScan = 64
    /// Buffers kept for heads and small answers; more than that are in use only when many answers wait for slow clients.
    private static let maxSpareBuffers = 32
    /// A buffer that has grown beyond this is not kept.
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

    /// From now on these hold; a request under way ends with the handler that has it.
    func adopt(_ limits: Limits, _ handler: any Handler) {
        self.limits = limits
        self.handler = handler
        timeouts = Timeouts(limits)
    }

    /// The Date field, made anew each second.
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

    /// An empty buffer, to be given back after the write: a connection that waits holds none.
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

    // MARK: Who is there

    var count: Int { connections.count }

    var parksIdle: Bool { connections.count > limits.parkIdleAbove }

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

    /// From now on each answer is its connection's last. Whoever has no request is let go after a moment: the next may be on its way, and
    /// only what is told with an answer is sure not to cross it. Who comes later sees to that by itself.
    /// - Parameter grace: what all of it may take.
    func drain(within grace: Duration) {
        isDraining = true
        isClosing = true
        let present = connections
        for connection in present { connection.announceShutdown() }
        loop.after(min(limits.shutdownIdleWait, grace / 2)) { for connection in present { connection.closeIfIdle() } }
    }

    /// Closes a few connections that have no request, for those who come with one.
    func evictIdle() {
        for _ in 0..<min(connections.count, ServerShard.maxEvictionScan) {
            evictionCursor = (evictionCursor + 1) % connections.count
            guard connections[evictionCursor].hasServed else { continue }
            if connections[evictionCursor].closeIfIdle() { return }
        }
    }

    /// There is no place for this connection: says so, if few are told so at the moment, and closes it.
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

    /// Breaks off what is left; its clients see a broken transfer.
    func abortAll() {
        for connection in connections { connection.abort() }
    }

    /// Waits until nobody is there any more and nobody can come, or until the span is over.
    func waitUntilEmpty(within span: Duration) async {
        guard !isEmpty, span > .zero else { return }
        let timer = loop.after(span) { [self] in whenEmpty.take()?.resume() }
        await withUnsafeContinuation { whenEmpty = $0 }
        timer.cancel()
    }
}

import HTTP
import Net
import Wire

/// What the connections of one loop share: the handler, the limits, the date, spare buffers, and the list of who is there.
final class Station {
    let loop: Loop
    let limits: Limits
    let pauses: Pauses
    let handler: any Handler
    private let clock: () -> Timestamp

    // What follows is touched between two suspensions of code on one loop, never from within an access to itself. The run-time check
    // of that would be a tenth of a request's instructions.
    @exclusivity(unchecked) private(set) var isDraining = false
    @exclusivity(unchecked) private var connections: [any Guest] = []
    /// Listeners from which connections may still come.
    private var doors = 0
    private var whenEmpty: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) private var buffers: [Bytes] = []
    @exclusivity(unchecked) private var date: Bytes = []
    @exclusivity(unchecked) private var dateEnds = Instant(nanoseconds: 0)

    /// Buffers kept for heads and small answers; more than that are in use only when many answers wait for slow clients.
    private static let spareBuffers = 32
    /// A buffer that has grown beyond this is not kept.
    private static let spareBytes = 16 * 1024

    init(loop: Loop, limits: Limits, handler: any Handler, clock: @escaping () -> Timestamp) {
        self.loop = loop
        self.limits = limits
        pauses = Pauses(limits)
        self.handler = handler
        self.clock = clock
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

    // MARK: Buffers

    /// An empty buffer, to be given back after the write: a connection that waits holds none.
    func takeBuffer() -> Bytes {
        if let buffer = buffers.popLast() { return buffer }
        var buffer = Bytes()
        buffer.reserveCapacity(4096)
        return buffer
    }

    func giveBack(_ buffer: consuming Bytes) {
        guard buffers.count < Station.spareBuffers, buffer.capacity <= Station.spareBytes else { return }
        buffer.removeAll(keepingCapacity: true)
        buffers.append(buffer)
    }

    // MARK: Who is there

    var count: Int { connections.count }

    var isCrowded: Bool { connections.count > limits.crowd }

    func enter(_ connection: any Guest) {
        connection.place = connections.count
        connections.append(connection)
    }

    func openDoor() { doors += 1 }

    func closeDoor() {
        doors -= 1
        if isEmpty { whenEmpty.take()?.resume() }
    }

    private var isEmpty: Bool { connections.isEmpty && doors == 0 }

    func leave(_ connection: any Guest) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.place] = last
            last.place = connection.place
        }
        if isEmpty { whenEmpty.take()?.resume() }
    }

    // MARK: The end

    /// From now on each answer is its connection's last, and whoever waits for a next request is let go: after a turn of the loop, so that
    /// a request which has arrived is seen, and after a moment more if it would be the connection's first. Who comes later sees to that.
    func drain() {
        isDraining = true
        let present = connections
        loop.after(.milliseconds(1)) { for guest in present where guest.hasServed { guest.closeIfIdle() } }
        loop.after(HTTP1Connection.lastMoment) { for guest in present { guest.closeIfIdle() } }
    }

    /// Breaks off what is left; its clients see a broken transfer.
    func abortAll() {
        for connection in connections { connection.abort() }
    }

    /// Waits until nobody is there any more and nobody can come, or until the span is over.
    func empty(within span: Duration) async {
        guard !isEmpty, span > .zero else { return }
        let timer = loop.after(span) { [self] in whenEmpty.take()?.resume() }
        await withUnsafeContinuation { whenEmpty = $0 }
        timer.cancel()
    }
}

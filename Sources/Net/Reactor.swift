import CLinux
import Wire

/// The state of a loop that only its own thread uses: epoll, registered sockets, timers, ready jobs, scratch space.
final class Reactor {
    private struct Slot {
        var socket: Unmanaged<Socket>?
        /// Distinguishes the current owner of a descriptor from the previous one, whose events may still be in the batch.
        var generation: UInt32 = 0
    }

    private let epoll: Int32
    // Only the loop's thread uses these, never recursively: exclusivity is not checked at run time.
    @exclusivity(unchecked) private var slots: [Slot] = []
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Reactor.maxEvents)
    private static let maxEvents = 256
    /// Marks the eventfd in `epoll_event.data`; no slot has this generation and number.
    private static let wake = UInt64.max

    let timers = TimerQueue()
    let tasks = TaskPool()
    @exclusivity(unchecked) var ready: [UnownedJob] = []
    @exclusivity(unchecked) private var running: [UnownedJob] = []
    @exclusivity(unchecked) private(set) var now = Instant.now
    @exclusivity(unchecked) private(set) var socketCount = 0
    @exclusivity(unchecked) private(set) var jobs = 0

    /// For synchronous use only: other tasks overwrite it during a suspension.
    private(set) lazy var scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Reactor.scratchBytes, alignment: 64)
    static let scratchBytes = Stream.readSize

    /// - Parameter wake: an eventfd, watched edge-triggered and never read: every write to it is an edge.
    init(wake: Int32) {
        epoll = linux_epoll()
        precondition(epoll >= 0, "epoll_create1: \(StreamError.text(of: -epoll))")
        let result = linux_watch(epoll, wake, EPOLLIN.rawValue | edgeTriggered, Reactor.wake)
        precondition(result == 0, "epoll_ctl: \(StreamError.text(of: -result))")
    }

    /// Watches both directions, edge-triggered, until `unregister`.
    func register(_ socket: Socket) throws(StreamError) {
        let number = Int(socket.descriptor)
        if number >= slots.count {
            slots.append(contentsOf: repeatElement(Slot(), count: max(64, number + 1 - slots.count)))
        }
        slots[number].generation &+= 1
        slots[number].socket = .passUnretained(socket)
        socket.generation = slots[number].generation
        let interest = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | edgeTriggered
        let result = linux_watch(epoll, socket.descriptor, interest, UInt64(socket.generation) << 32 | UInt64(number))
        guard result == 0 else {
            slots[number].socket = nil
            throw .system(-result)
        }
        socketCount += 1
    }

    /// Closing a descriptor removes it from epoll, unless it is duplicated: only passed listeners are (see `unwatch`).
    func unregister(_ descriptor: Int32, generation: UInt32) {
        let number = Int(descriptor)
        guard slots[number].generation == generation, slots[number].socket != nil else { return }
        slots[number].socket = nil
        socketCount -= 1
    }

    /// For a descriptor that another process holds too: closing it would leave it in epoll.
    func unwatch(_ descriptor: Int32) { _ = linux_unwatch(epoll, descriptor) }

    func closeAll() {
        for slot in slots {
            slot.socket?.takeUnretainedValue().close()
        }
    }

    /// One turn of the loop: waits, then handles events, due timers, and the jobs that are ready by then.
    /// - Returns: whether the eventfd was written to.
    func runOnce() -> Bool {
        var woken = false
        let count = linux_wait(epoll, events, Int32(Reactor.maxEvents), waitMilliseconds)
        now = .now
        for index in 0..<max(0, Int(count)) {
            let event = events[index]
            if event.data.u64 == Reactor.wake {
                woken = true
            } else {
                deliver(event.events, to: event.data.u64)
            }
        }
        timers.run(until: now)
        return woken
    }

    func runReady(_ run: (UnownedJob) -> Void) {
        swap(&ready, &running)
        jobs += running.count
        for job in running { run(job) }
        running.removeAll(keepingCapacity: true)
    }

    /// The timeout of epoll_wait, rounded up so that the loop does not spin before a timer is due.
    private var waitMilliseconds: Int32 {
        guard ready.isEmpty else { return 0 }
        guard let due = timers.first else { return -1 }
        let nanoseconds = max(0, due.nanoseconds - Instant.now.nanoseconds)
        return Int32(min((nanoseconds + 999_999) / 1_000_000, 60_000))
    }

    private func deliver(_ events: UInt32, to mark: UInt64) {
        let slot = slots[Int(mark & 0xFFFF_FFFF)]
        guard slot.generation == UInt32(mark >> 32), let socket = slot.socket?.takeUnretainedValue() else { return }
        socket.handleEvents(events)
    }
}

/// `EPOLLET`. Swift imports this bit of the enumeration as a negative `Int32`.
private let edgeTriggered: UInt32 = 1 << 31

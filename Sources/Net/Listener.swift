import CLinux
import Glibc
import Synchronization
import Wire

/// A listening socket that all loops share. It is bound once and, by default, without SO_REUSEPORT, so that an accidental second instance
/// fails to start instead of taking half of the connections.
///
/// Each loop makes an `AcceptQueue`. The first loop to do so accepts for all and distributes connections round-robin.
package final class Listener: Sendable {
    private struct State {
        var descriptor: Int32
        var queues: [AcceptQueue] = []
        var next = 0
        var acceptSocket: Confined<Socket>?
    }

    /// The bound address, with the port that the kernel chose if 0 was given.
    package let address: Address
    /// Whether another process holds the socket too and owns its backlog after we stop.
    private let isInherited: Bool
    private let acceptBackoff: Duration
    private let backlog: Int
    private let backoffCount = Atomic(0)
    /// How often accepting paused because descriptors or memory had run out.
    package var acceptBackoffs: Int { backoffCount.load(ordering: .relaxed) }
    private let state: Mutex<State>

    /// Options for binding a socket.
    package struct Options: Sendable {
        /// Whether an IPv6 socket refuses IPv4.
        package var isV6Only = true
        /// The permissions of a socket file; nil means those of the umask.
        package var mode: UInt16?
        /// The group of a socket file, by name or number.
        package var group: String?

        package init(isV6Only: Bool = true, mode: UInt16? = nil, group: String? = nil) {
            (self.isV6Only, self.mode, self.group) = (isV6Only, mode, group)
        }
    }

    /// - Parameters:
    ///   - backlog: how many connections the kernel queues until they are accepted (listen(2)).
    ///   - sharesPort: lets other processes listen on the same address (SO_REUSEPORT); the kernel distributes connections among them.
    ///   - acceptBackoff: how long accepting pauses when descriptors or memory have run out.
    package init(
        _ address: Address, backlog: Int = Limits().backlog, sharesPort: Bool = false, acceptBackoff: Duration = Limits().acceptBackoff,
        options: Options = Options()
    ) throws(StreamError) {
        var raw = address.raw
        let descriptor = linux_socket(raw.family)
        guard descriptor >= 0 else { throw .system(-descriptor) }
        var result = sharesPort && raw.family != 1 ? linux_share_port(descriptor) : 0
        if result == 0 { result = linux_bind(descriptor, &raw, options.isV6Only ? 1 : 0) }
        if result == -EADDRINUSE, case .unix(let path) = address, Listener.isStale(path) {
            _ = linux_unlink(path)
            result = linux_bind(descriptor, &raw, 1)
        }
        let isBound = result == 0
        // Before anyone can connect.
        if result == 0, case .unix(let path) = address { result = linux_permit(path, options.mode.map(Int32.init) ?? -1, options.group) }
        if result == 0 { result = linux_listen(descriptor, Int32(clamping: backlog)) }
        guard result == 0 else {
            _ = linux_close(descriptor)
            if isBound, case .unix(let path) = address { _ = linux_unlink(path) }
            throw result == -EADDRINUSE ? .addressInUse : .system(-result)
        }
        var bound = linux_address()
        _ = linux_local(descriptor, &bound)
        self.address = Address(bound) ?? address
        self.acceptBackoff = acceptBackoff
        self.backlog = backlog
        isInherited = false
        self.state = Mutex(State(descriptor: descriptor))
    }

    /// Adopts a listening socket that a service manager passed.
    package init(adopting descriptor: Int32, acceptBackoff: Duration = Limits().acceptBackoff) throws(StreamError) {
        guard linux_is_listening(descriptor) == 1 else { throw .system(EINVAL) }
        var bound = linux_address()
        let result = linux_local(descriptor, &bound)
        guard result == 0, let address = Address(bound) else { throw .system(result == 0 ? EAFNOSUPPORT : -result) }
        let flags = linux_nonblocking(descriptor)
        guard flags == 0 else { throw .system(-flags) }
        self.address = address
        self.acceptBackoff = acceptBackoff
        backlog = 0  // Set by the process that passed it.
        isInherited = true
        self.state = Mutex(State(descriptor: descriptor))
    }

    /// Makes this loop's queue of accepted connections. Call it on the loop, once.
    package func makeAcceptQueue() throws(StreamError) -> AcceptQueue {
        let queue = AcceptQueue()
        let (isFirst, descriptor) = state.withLock { state in
            guard state.descriptor >= 0 else { return (false, Int32(-1)) }
            state.queues.append(queue)
            return (state.queues.count == 1, state.descriptor)
        }
        guard descriptor >= 0 else { throw .closed }
        if isFirst { try startAccepting(descriptor) }
        return queue
    }

    /// Stops accepting. Each queue ends after the connections already accepted, including those in the kernel's backlog: their clients
    /// consider themselves connected and would see a reset. The backlog of a passed socket is left to its other holder. Any thread may
    /// call it.
    package func stop() {
        // The queues stay: connections accepted until now go to them.
        let old = state.withLock { state in
            defer { (state.descriptor, state.acceptSocket) = (-1, nil) }
            return state
        }
        guard old.descriptor >= 0 else { return }
        if case .unix(let path) = address, !isInherited { _ = linux_unlink(path) }
        guard let acceptSocket = old.acceptSocket else {
            for queue in old.queues { queue.finish() }
            _ = linux_close(old.descriptor)
            return
        }
        acceptSocket.loop.spawn { [isInherited, backlog] _ in
            let socket = acceptSocket.open()
            if isInherited {
                socket.loop.reactor.unwatch(socket.descriptor)
            } else {
                Listener.acceptBacklog(backlog, from: socket, for: old.queues)
            }
            for queue in old.queues { queue.finish() }
            socket.close()
        }
    }

    /// Distributes the kernel's backlog, up to `maxCount` because new connections may keep arriving.
    private static func acceptBacklog(_ maxCount: Int, from socket: Socket, for queues: [AcceptQueue]) {
        for number in 0..<maxCount {
            var peer = linux_address()
            let descriptor = linux_accept(socket.descriptor, &peer)
            guard descriptor >= 0 else { return }
            if peer.family != 1 { _ = linux_tune(descriptor) }
            let arrival = AcceptQueue.AcceptedSocket(descriptor: descriptor, peer: Address(peer)?.unmapped ?? .unix(""))
            if !queues[number % queues.count].push(arrival) { _ = linux_close(descriptor) }
        }
    }

    deinit { stop() }

    // MARK: Accepting

    private func startAccepting(_ descriptor: Int32) throws(StreamError) {
        guard let loop = Loop.current else { preconditionFailure("accept queues must be made on a loop") }
        let socket: Socket
        do {
            socket = try Socket(adopting: descriptor, on: loop)
        } catch {
            state.withLock { $0 = State(descriptor: -1) }
            throw error
        }
        let acceptSocket = Confined(socket)
        state.withLock { $0.acceptSocket = acceptSocket }
        Loop.fork { [weak self, acceptBackoff] in
            await Listener.acceptLoop(from: socket, acceptBackoff, { self?.backoffCount.add(1, ordering: .relaxed) }) {
                self?.distribute($0)
            }
        }
    }

    private static func acceptLoop(
        from socket: Socket, _ acceptBackoff: Duration, _ onBackoff: () -> Void, deal: (AcceptQueue.AcceptedSocket) -> Void
    ) async {
        while true {
            var peer = linux_address()
            let descriptor = linux_accept(socket.descriptor, &peer)
            if descriptor >= 0 {
                if peer.family != 1 { _ = linux_tune(descriptor) }
                deal(AcceptQueue.AcceptedSocket(descriptor: descriptor, peer: Address(peer)?.unmapped ?? .unix("")))
                continue
            }
            switch -descriptor {
            case EAGAIN:
                socket.hasInput = false
                do { try await socket.wait(.reader, for: .input, by: .never) } catch { return }
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // The pending connection stays in the backlog until a descriptor is free.
                onBackoff()
                await socket.loop.sleep(for: acceptBackoff)
            case EBADF, EINVAL, ENOTSOCK:
                return
            default:
                continue  // The connection died before it was accepted (accept(2): treat like EAGAIN).
            }
        }
    }

    private func distribute(_ arrival: AcceptQueue.AcceptedSocket) {
        let queue = state.withLock { state -> AcceptQueue? in
            guard !state.queues.isEmpty else { return nil }
            state.next = (state.next + 1) % state.queues.count
            return state.queues[state.next]
        }
        guard let queue, queue.push(arrival) else {
            _ = linux_close(arrival.descriptor)
            return
        }
    }

    /// Whether the path is a socket file without a listener.
    private static func isStale(_ path: String) -> Bool {
        guard linux_is_socket(path) == 1 else { return false }
        var raw = Address.unix(path).raw
        let descriptor = linux_socket(raw.family)
        guard descriptor >= 0 else { return false }
        defer { _ = linux_close(descriptor) }
        return linux_connect(descriptor, &raw) == -ECONNREFUSED
    }
}

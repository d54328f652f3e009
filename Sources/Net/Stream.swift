import CLinux
import Glibc
import Wire

/// One connection, plain or TLS, with async reads and writes. At most one task reads and one writes at a time.
///
/// It belongs to the loop on which it was made. It holds no buffer while it waits. Every wait has a deadline, after which the stream can
/// still be used. Deallocation closes a stream, but call `close()`.
package final class Stream {
    let socket: Socket
    var tls: TLSSession?
    /// The address at the other end, or the source that a PROXY protocol header names.
    package internal(set) var peer: Address
    package let opened: Instant
    /// Released with the stream: the permit of the connection limiter.
    package var permit: AnyObject?

    /// How many steps did not have to wait since the last suspension: a fast peer must not starve other tasks.
    @exclusivity(unchecked) private var stepsWithoutWait = 0
    /// The last read filled its buffer: the next one reads into an array of its own, without a copy from the scratch space.
    @exclusivity(unchecked) private var isBulk = false
    /// What the next read has to wait for: output, where TLS must write first.
    @exclusivity(unchecked) private var awaited = Socket.Readiness.input
    /// How a TLS stream ended, if the bytes before the end have not been returned yet.
    @exclusivity(unchecked) private var pendingEnd: Result<Bool, StreamError>?

    /// The default size of a read: the content of four HTTP/2 DATA frames that fill a TLS record each with their heads of nine bytes.
    package static let readSize = 4 * (TLSSession.maxRecordBytes - 9)
    private static let maxStepsWithoutWait = 16

    init(_ socket: Socket, peer: Address) {
        self.socket = socket
        self.peer = peer
        opened = socket.loop.now
    }

    package var loop: Loop { socket.loop }
    package var isOpen: Bool { socket.isOpen }
    package var isTLS: Bool { tls != nil }
    /// The protocol agreed on in the TLS handshake, such as `h2`.
    package var applicationProtocol: String? { tls?.applicationProtocol }
    /// The host name a TLS client asked for (SNI).
    package var serverName: String? { tls?.serverName }
    /// Whether the TLS handshake resumed a session.
    package var isResumed: Bool { tls?.isResumed ?? false }

    package var local: Address? {
        var raw = linux_address()
        return linux_local(socket.descriptor, &raw) == 0 ? Address(raw) : nil
    }

    // MARK: Reading

    /// Waits for the next bytes; empty after the orderly end.
    package func read(atMost limit: Int = Stream.readSize, by deadline: Instant = .never) async throws(StreamError) -> Slice {
        while true {
            if mayRead {
                await yieldIfDue()
                if let bytes = try readAvailable(atMost: limit) { return bytes }
            }
            stepsWithoutWait = 0
            try await socket.wait(.reader, for: awaited, by: deadline)
        }
    }

    private var mayRead: Bool { pendingEnd != nil || (awaited == .input ? socket.hasInput : socket.hasOutput) }

    /// The next bytes if there are any now, empty after the orderly end; nil if a read would have to wait.
    package func readAvailable(atMost limit: Int = Stream.readSize) throws(StreamError) -> Slice? {
        guard socket.isOpen else { throw .closed }
        guard mayRead else { return nil }
        awaited = .input
        switch tls == nil ? try receive(limit) : try decrypt(limit) {
        case .bytes(let bytes): return bytes
        case .wait(let readiness):
            awaited = readiness
            return nil
        }
    }

    /// Waits until a read would not block: for idle keep-alive connections.
    package func waitUntilReadable(by deadline: Instant = .never) async throws(StreamError) {
        guard pendingEnd == nil else { return }
        try await socket.wait(.reader, for: .input, by: deadline)
    }

    /// Waits without a task, for idle connections that must cost less than one. The action runs once, on the loop, between the steps of
    /// tasks: with nil when a read would not block, with an error at the deadline or when the stream is closed.
    /// - Returns: false, and the action will not run, if there is input already.
    package func whenReadable(by deadline: Instant, _ action: @escaping (StreamError?) -> Void) -> Bool {
        guard socket.isOpen, !mayRead else { return false }
        stepsWithoutWait = 0
        socket.whenReady(for: awaited, by: deadline, action)
        return true
    }

    /// Yields to the loop's other tasks after a number of steps without a wait.
    func yieldIfDue() async {
        stepsWithoutWait += 1
        guard stepsWithoutWait > Stream.maxStepsWithoutWait else { return }
        stepsWithoutWait = 0
        await Task.yield()
    }

    private enum ReadResult {
        case bytes(Slice)
        case wait(Socket.Readiness)
    }

    private func receive(_ limit: Int) throws(StreamError) -> ReadResult {
        let scratch = loop.reactor.scratch
        let limit = max(1, min(limit, scratch.count))
        var count = 0
        var bytes: Bytes = []
        if isBulk {
            bytes = Bytes(unsafeUninitializedCapacity: limit) { room, filled in
                count = linux_receive(socket.descriptor, room.baseAddress, limit)
                filled = max(0, count)
            }
        } else {
            count = linux_receive(socket.descriptor, scratch.baseAddress, limit)
            if count > 0 { bytes = Bytes(UnsafeRawBufferPointer(rebasing: scratch[..<count])) }
        }
        if count < 0 {
            guard -count == EAGAIN || -count == EINTR else { throw StreamError(errno: Int32(-count)) }
            if -count == EAGAIN { socket.hasInput = false }
            return .wait(.input)
        }
        // A short read has emptied the socket (epoll(7)), unless the end is what comes next.
        if count > 0, count < limit, !socket.peerFinished { socket.hasInput = false }
        isBulk = count == limit && limit >= 16 * 1024
        return .bytes(bytes[...])
    }

    /// Reads several records up to the limit, so that a relay moves more than 16 KB per turn.
    private func decrypt(_ limit: Int) throws(StreamError) -> ReadResult {
        if let pendingEnd {
            self.pendingEnd = nil
            _ = try pendingEnd.get()
            self.pendingEnd = .success(true)
            return .bytes([])
        }
        let scratch = loop.reactor.scratch
        let limit = max(1, min(limit, scratch.count))
        var filled = 0
        while filled < limit {
            switch tls!.read(into: UnsafeMutableRawBufferPointer(rebasing: scratch[filled..<limit])) {
            case .moved(let count): filled += count
            case .wait(let readiness):
                if readiness == .input { socket.hasInput = false } else { socket.hasOutput = false }
                guard filled > 0 else { return .wait(readiness) }
                return .bytes(Bytes(UnsafeRawBufferPointer(rebasing: scratch[..<filled]))[...])
            case .ended:
                pendingEnd = .success(true)
                return .bytes(Bytes(UnsafeRawBufferPointer(rebasing: scratch[..<filled]))[...])
            case .failed(let failure):
                guard filled > 0 else { throw failure }
                pendingEnd = .failure(failure)
                return .bytes(Bytes(UnsafeRawBufferPointer(rebasing: scratch[..<filled]))[...])
            }
        }
        return .bytes(Bytes(UnsafeRawBufferPointer(rebasing: scratch[..<filled]))[...])
    }
}

extension Stream {
    /// Connects on the current loop. TLS and proxy tunnels are started later, on the same stream.
    package static func connect(to address: Address, by deadline: Instant = .never) async throws(StreamError) -> Stream {
        let stream = try dial(address)
        try await stream.waitUntilConnected(by: deadline)
        return stream
    }

    /// Starts to connect without waiting, so that several attempts can run; `close()` cancels one.
    package static func dial(_ address: Address) throws(StreamError) -> Stream {
        guard let loop = Loop.current else { preconditionFailure("streams must be made on a loop") }
        var raw = address.raw
        let descriptor = linux_socket(raw.family)
        guard descriptor >= 0 else { throw StreamError(errno: -descriptor) }
        let result = linux_connect(descriptor, &raw)
        guard result == 0 || result == -EINPROGRESS else {
            _ = linux_close(descriptor)
            throw StreamError(errno: -result)
        }
        if raw.family != 1 { _ = linux_tune(descriptor) }
        // Registered after connect(2): before it, epoll reports a hang-up.
        return Stream(try Socket(adopting: descriptor, on: loop, hasOutput: result == 0), peer: address)
    }

    /// Waits until a started attempt is connected.
    package func waitUntilConnected(by deadline: Instant = .never) async throws(StreamError) {
        try await socket.wait(.writer, for: .output, by: deadline)
        let result = linux_pending_error(socket.descriptor)
        guard result == 0 else { throw StreamError(errno: -result) }
    }
}

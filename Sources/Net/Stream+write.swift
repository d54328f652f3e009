import CLinux
import Glibc
import Wire

extension Stream {
    /// Writes all bytes. Returns when the kernel has taken them, so that a slow peer slows the writer.
    package func write(_ bytes: Slice, by deadline: Instant = .never) async throws(StreamError) {
        var rest = bytes
        while !rest.isEmpty {
            let step = rest.withUnsafeBytes { send($0) }
            rest = try await rest.dropFirst(completeStep(step, by: deadline))
        }
    }

    /// Writes several pieces with few system calls and segments.
    package func write(_ pieces: [Slice], by deadline: Instant = .never) async throws(StreamError) {
        var queue = PendingWrite(pieces)
        while !queue.isEmpty {
            let step = tls == nil ? sendVectored(queue) : sendCoalesced(queue)
            queue.advance(try await completeStep(step, by: deadline))
        }
    }

    /// Writes what the kernel takes now.
    /// - Returns: how many bytes that was. Write the others next, and nothing before them.
    package func writeAvailable(_ bytes: Slice) throws(StreamError) -> Int {
        try taken(bytes.withUnsafeBytes { send($0) })
    }

    /// The same for several pieces.
    /// - Returns: what is left.
    package func writeAvailable(_ pieces: [Slice]) throws(StreamError) -> [Slice] {
        var queue = PendingWrite(pieces)
        while !queue.isEmpty {
            let count = try taken(tls == nil ? sendVectored(queue) : sendCoalesced(queue))
            guard count > 0 else { break }
            queue.advance(count)
        }
        return Array(queue.pieces)
    }

    /// How many bytes a step has written; 0 if it must be repeated.
    private func taken(_ step: TLSSession.Step) throws(StreamError) -> Int {
        switch step {
        case .moved(let count): return count
        case .wait(let readiness):
            if readiness == .input { socket.hasInput = false } else { socket.hasOutput = false }
            return 0
        case .ended: throw .closed
        case .failed(let failure): throw failure
        }
    }

    /// Writes what the kernel takes at once and drops the rest: for a last message that may be lost.
    package func writeWithoutWaiting(_ bytes: Bytes) {
        _ = bytes.withUnsafeBytes { send($0) }
    }

    /// Waits if the socket was full. Returns how many bytes were written.
    private func completeStep(_ step: TLSSession.Step, by deadline: Instant) async throws(StreamError) -> Int {
        switch step {
        case .moved(let count):
            await yieldIfDue()
            return count
        case .wait(let readiness):
            if readiness == .input { socket.hasInput = false } else { socket.hasOutput = false }
            try await socket.wait(.writer, for: readiness, by: deadline)
            return 0
        case .ended: throw .closed
        case .failed(let failure): throw failure
        }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) -> TLSSession.Step {
        guard socket.isOpen else { return .failed(.closed) }
        if let tls { return tls.write(bytes) }
        return Stream.step(linux_send(socket.descriptor, bytes.baseAddress, bytes.count))
    }

    /// One sendmsg for up to `maxVectors` pieces.
    private func sendVectored(_ queue: PendingWrite) -> TLSSession.Step {
        guard socket.isOpen else { return .failed(.closed) }
        return queue.withVectors { Stream.step(linux_sendv(socket.descriptor, $0.baseAddress, Int32($0.count))) }
    }

    /// One TLS record for a head and a small body: copies small pieces together, writes large ones in place.
    private func sendCoalesced(_ queue: PendingWrite) -> TLSSession.Step {
        if let first = queue.first, first.count >= TLSSession.maxRecordBytes { return first.withUnsafeBytes { send($0) } }
        let room = UnsafeMutableRawBufferPointer(rebasing: loop.reactor.scratch[..<TLSSession.maxRecordBytes])
        return send(UnsafeRawBufferPointer(rebasing: room[..<queue.copy(into: room)]))
    }

    private static func step(_ result: Int) -> TLSSession.Step {
        if result >= 0 { return .moved(result) }
        switch Int32(-result) {
        case EAGAIN: return .wait(.output)
        case EINTR: return .moved(0)
        case let code: return .failed(StreamError(errno: code))
        }
    }
}

import CLinux
import Glibc
import Wire

extension Stream {
    /// Says goodbye if TLS has one to say, and gives the descriptor up; tasks that wait on the stream get `closed`.
    package func close() {
        guard socket.isOpen else { return }
        tls?.sendCloseNotify()
        socket.close()
    }

    /// Closes so that the peer sees a failure and not an end: a reset, and no close_notify.
    package func abort() {
        guard socket.isOpen else { return }
        _ = linux_reset_on_close(socket.descriptor)
        socket.close()
    }

    /// Half close: the peer reads an end, and may still send.
    package func shutdownWrite() {
        guard socket.isOpen else { return }
        tls?.sendCloseNotify()
        _ = linux_shutdown_write(socket.descriptor)
    }

    /// Closes after an answer that the peer may still be fed while it sends: closing with unread input would make the kernel
    /// reset the connection and the peer lose the answer (RFC 9112 section 9.6).
    package func linger(by deadline: Instant) async {
        shutdownWrite()
        while let bytes = try? await read(by: deadline), !bytes.isEmpty {}
        close()
    }

    /// Whether the peer has sent its end, or reset the connection. Known without reading.
    package var hasPeerFinished: Bool { socket.peerFinished }
    /// Whether both directions are dead. A peer that only half closed still reads.
    package var isPeerGone: Bool { socket.peerGone }

    /// Runs the action once, on the loop, when the peer finishes or is gone, even while nobody reads: a relay stops then.
    /// At once if that has happened already. Replaces the action before it; nil takes it back.
    package func onHangUp(_ action: (() -> Void)?) {
        if let action, socket.peerFinished { return action() }
        socket.onHangUp = action
    }

    /// Whether a pooled connection may carry the next request: open, nothing unasked for to read, no end in sight.
    package func isQuiet() -> Bool {
        guard socket.isOpen, !socket.peerFinished else { return false }
        guard socket.hasInput else { return true }
        if let tls { return tls.isQuiet() }
        return linux_peek(socket.descriptor) == -Int(EAGAIN)
    }
}

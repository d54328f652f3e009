import CLinux
import Glibc
import Wire

extension Stream {
    /// Closes the stream, with close_notify over TLS. Tasks that wait on it get `closed`.
    package func close() {
        guard socket.isOpen else { return }
        tls?.sendCloseNotify()
        socket.close()
    }

    /// Closes so that the peer sees a failure instead of an orderly end: a reset, and no close_notify.
    package func abort() {
        guard socket.isOpen else { return }
        _ = linux_reset_on_close(socket.descriptor)
        socket.close()
    }

    /// Closes the sending side: the peer reads the end, and may still send.
    package func shutdownWrite() {
        guard socket.isOpen else { return }
        tls?.sendCloseNotify()
        _ = linux_shutdown_write(socket.descriptor)
    }

    /// Closes after a response while the peer may still be sending: closing with unread input would make the kernel reset the connection,
    /// and the peer could lose the response (RFC 9112 section 9.6).
    package func linger(by deadline: Instant) async {
        shutdownWrite()
        while let bytes = try? await read(by: deadline), !bytes.isEmpty {}
        close()
    }

    /// Whether the peer has closed its sending side, or reset the connection. Known without reading.
    package var hasPeerFinished: Bool { socket.peerFinished }
    /// Whether both directions are closed. A peer that only closed its sending side can still read.
    package var isPeerGone: Bool { socket.peerGone }

    /// Sets the action that runs once, on the loop, when the peer closes its sending side or disconnects, even if no task reads. Runs it at
    /// once if that has already happened. Replaces the previous action; nil removes it.
    package func onHangUp(_ action: (() -> Void)?) {
        if let action, socket.peerFinished { return action() }
        socket.onHangUp = action
    }

    /// Whether a pooled connection can carry the next request: it is open, and has no unexpected input and no end to read.
    package func isQuiet() -> Bool {
        guard socket.isOpen, !socket.peerFinished else { return false }
        guard socket.hasInput else { return true }
        if let tls { return tls.isQuiet() }
        return linux_peek(socket.descriptor) == -Int(EAGAIN)
    }
}

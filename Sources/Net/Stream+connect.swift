import CLinux
import Glibc
import Wire

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

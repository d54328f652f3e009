import CLinux
import Glibc
import Wire

extension Stream {
    /// Reads the PROXY protocol header at the start of a connection and sets `peer` to the source that it names.
    ///
    /// Leaves what follows the header in the socket, where TLS reads it.
    /// - Returns: false if the connection does not begin with such a header.
    package func readProxyHeader(by deadline: Instant) async throws(StreamError) -> Bool {
        while true {
            guard socket.isOpen else { throw .closed }
            if socket.hasInput {
                switch try peekProxyHeader() {
                case .invalid: return false
                case .header(let length, let source):
                    guard linux_receive(socket.descriptor, loop.reactor.scratch.baseAddress, length) == length else { return false }
                    if let source { peer = source }
                    return true
                case .more:
                    guard !socket.peerFinished else { return false }
                    socket.hasInput = false  // Edge-triggered epoll reports new bytes although these are unread.
                }
            }
            try await socket.wait(.reader, for: .input, by: deadline)
        }
    }

    private func peekProxyHeader() throws(StreamError) -> ProxyHeader.ParseResult {
        let scratch = loop.reactor.scratch
        let count = linux_look(socket.descriptor, scratch.baseAddress, min(scratch.count, ProxyHeader.maxBytes))
        if count > 0 { return ProxyHeader.read(UnsafeRawBufferPointer(rebasing: scratch[..<count])) }
        guard count < 0 else { return .invalid }
        guard -count == EAGAIN || -count == EINTR else { throw StreamError(errno: Int32(-count)) }
        return .more
    }
}
